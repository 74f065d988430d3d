import { createHash } from 'node:crypto';

import {
  DistributionSite,
  type ErrorPage,
  type PolicyHeader,
} from '../../services/cloudfront/distribution-site.ts';
import type { ObjectStore } from '../../services/s3/object-store.ts';
import { ACCOUNT_ID } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { Lifecycle } from '../../shared/lifecycle.ts';
import { startHttpServer, type PortChoice } from '../../shared/loopback-server.ts';
import type { CreatedResource, ResourceProviders, ResourceRequest } from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';
import { policyHeaders } from './response-headers-policy.ts';

export interface CloudFrontProviderOptions {
  readonly objects: ObjectStore;
  readonly port: PortChoice;
  readonly lifecycle: Lifecycle;
}

export function cloudfrontProviders(options: CloudFrontProviderOptions): ResourceProviders {
  const headersPolicies: HeadersPolicies = new Map();
  return {
    'aws:cloudfront/distribution:Distribution': (resource) =>
      createDistribution(resource, headersPolicies, options),
    'aws:cloudfront/originAccessControl:OriginAccessControl': ({ name }) => ({
      id: name,
      outputs: {},
    }),
    'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': ({ name, inputs }) => {
      headersPolicies.set(name, policyHeaders(inputs));
      return { id: name, outputs: {} };
    },
  };
}

/** The headers of each response headers policy, by id. */
type HeadersPolicies = Map<string, readonly PolicyHeader[]>;

async function createDistribution(
  { name, inputs }: ResourceRequest,
  headersPolicies: HeadersPolicies,
  { objects, port, lifecycle }: CloudFrontProviderOptions,
): Promise<CreatedResource> {
  inputs.unsupported('orderedCacheBehaviors', 'it has only the default cache behavior.');
  inputs.unsupported('originGroups', 'it has only single origins.');
  const behavior = inputs.child('defaultCacheBehavior');
  if (behavior === undefined) throw invalidDistribution(name, 'needs a defaultCacheBehavior');
  behavior.unsupported('functionAssociations', 'it runs no CloudFront functions.');
  behavior.unsupported('lambdaFunctionAssociations', 'it runs no Lambda@Edge.');
  const origin = inputs
    .children('origins')
    .find((candidate) => candidate.string('originId') === behavior.string('targetOriginId'));
  const bucket = origin === undefined ? undefined : bucketOf(origin, objects);
  if (origin === undefined || bucket === undefined) {
    throw invalidDistribution(
      name,
      'must have a bucket of the program as the origin of its default cache behavior',
    );
  }

  // Shaped like an id of CloudFront, and the same in every run.
  const id = `E${createHash('sha256').update(name).digest('hex').slice(0, 13).toUpperCase()}`;
  const distributionArn = `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/${id}`;
  const policyId = behavior.optionalString('responseHeadersPolicyId');
  const site = new DistributionSite({
    objects,
    bucket,
    originPath: origin.optionalString('originPath') ?? '',
    usesOriginAccessControl: (origin.optionalString('originAccessControlId') ?? '') !== '',
    distributionArn,
    defaultRootObject: inputs.optionalString('defaultRootObject'),
    allowedMethods: behavior.strings('allowedMethods'),
    errorPages: inputs.children('customErrorResponses').map(errorPage),
    headers: policyId === undefined ? [] : headersOf(name, policyId, headersPolicies),
  });
  const server = lifecycle.stopping(
    await startHttpServer((incoming) => site.respond(incoming), port),
  );
  const domainName = `${id.toLowerCase()}.cloudfront.net`;
  return {
    id,
    outputs: { arn: distributionArn, domainName, status: 'Deployed' },
    loopbackUrls: { [`https://${domainName}`]: server.url },
  };
}

function bucketOf(origin: ResourceInputs, objects: ObjectStore): string | undefined {
  const domain = origin.string('domainName');
  const [, bucket = ''] = /^(.+)\.s3(?:\.[a-z0-9-]+)?\.amazonaws\.com$/.exec(domain) ?? [];
  return objects.has(bucket) ? bucket : undefined;
}

function errorPage(inputs: ResourceInputs): ErrorPage {
  const originStatus = inputs.optionalNumber('errorCode') ?? 0;
  return {
    originStatus,
    responseStatus: inputs.optionalNumber('responseCode') ?? originStatus,
    path: inputs.optionalString('responsePagePath'),
  };
}

function headersOf(name: string, policyId: string, headersPolicies: HeadersPolicies) {
  const headers = headersPolicies.get(policyId);
  if (headers !== undefined) return headers;
  throw invalidDistribution(
    name,
    `uses the response headers policy ${policyId}, which is not one of the program (the local stack has no AWS managed policies)`,
  );
}

function invalidDistribution(name: string, problem: string): LocalStackError {
  return new LocalStackError('InvalidResource', `Distribution "${name}" ${problem}.`);
}
