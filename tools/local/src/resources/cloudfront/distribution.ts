import { createHash } from 'node:crypto';

import { ACCOUNT_ID } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import { startAnsweringServer } from '../../shared/loopback-server.ts';
import type { ResourceInputs } from '../resource-inputs.ts';
import type { ResourceProvider, StackContext } from '../stack-context.ts';
import { DistributionSite, type ErrorPage } from '../../services/cloudfront/distribution-site.ts';
import { policyHeaders } from '../../services/cloudfront/response-headers.ts';

const createDistribution: ResourceProvider = async ({ name, inputs }, stack) => {
  inputs.refuse('orderedCacheBehaviors', 'it knows the default cache behavior only.');
  inputs.refuse('originGroups', 'it knows single origins only.');
  const behavior = inputs.child('defaultCacheBehavior');
  if (behavior === undefined) throw invalidDistribution(name, 'needs a defaultCacheBehavior');
  behavior.refuse('functionAssociations', 'it runs no CloudFront functions.');
  behavior.refuse('lambdaFunctionAssociations', 'it runs no Lambda@Edge.');
  const origin = inputs
    .children('origins')
    .find((candidate) => candidate.text('originId') === behavior.text('targetOriginId'));
  const bucket = origin === undefined ? undefined : bucketOf(origin, stack);
  if (origin === undefined || bucket === undefined) {
    throw invalidDistribution(
      name,
      'must have a bucket of the program as the origin of its default cache behavior',
    );
  }

  // Like one of CloudFront's, and the same whenever the program runs.
  const id = `E${createHash('sha256').update(name).digest('hex').slice(0, 13).toUpperCase()}`;
  const distributionArn = `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/${id}`;
  const policyId = behavior.optionalText('responseHeadersPolicyId');
  const site = new DistributionSite({
    objects: stack.objects,
    bucket,
    originPath: origin.optionalText('originPath') ?? '',
    usesOriginAccessControl: (origin.optionalText('originAccessControlId') ?? '') !== '',
    distributionArn,
    defaultRootObject: inputs.optionalText('defaultRootObject'),
    allowedMethods: behavior.texts('allowedMethods'),
    errorPages: inputs.children('customErrorResponses').map(errorPage),
    headers: policyId === undefined ? [] : headersOf(name, policyId, stack),
  });
  const server = await startAnsweringServer((incoming) => site.answer(incoming), stack.ports.page);
  stack.onStop(() => server.stop());
  const domainName = `${id.toLowerCase()}.cloudfront.net`;
  stack.publicUrls.set(`https://${domainName}`, server.url);
  return { id, outputs: { arn: distributionArn, domainName, status: 'Deployed' } };
};

function bucketOf(origin: ResourceInputs, stack: StackContext): string | undefined {
  const domain = origin.text('domainName');
  const [, bucket = ''] = /^(.+)\.s3(?:\.[a-z0-9-]+)?\.amazonaws\.com$/.exec(domain) ?? [];
  return stack.objects.has(bucket) ? bucket : undefined;
}

function errorPage(inputs: ResourceInputs): ErrorPage {
  const status = inputs.optionalNumber('errorCode') ?? 0;
  return {
    status,
    answerStatus: inputs.optionalNumber('responseCode') ?? status,
    path: inputs.optionalText('responsePagePath'),
  };
}

function headersOf(name: string, policyId: string, stack: StackContext) {
  const headers = stack.responseHeadersPolicies.get(policyId);
  if (headers !== undefined) return headers;
  throw invalidDistribution(
    name,
    `names the response headers policy ${policyId}, which is not one of the program (the local stack does not know those that AWS manages)`,
  );
}

function invalidDistribution(name: string, problem: string): LocalStackError {
  return new LocalStackError('InvalidResource', `Distribution "${name}" ${problem}.`);
}

const createOriginAccessControl: ResourceProvider = ({ name }) => ({ id: name, outputs: {} });

const createResponseHeadersPolicy: ResourceProvider = ({ name, inputs }, stack) => {
  stack.responseHeadersPolicies.set(name, policyHeaders(inputs));
  return { id: name, outputs: {} };
};

export const cloudfrontResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:cloudfront/distribution:Distribution': createDistribution,
  'aws:cloudfront/originAccessControl:OriginAccessControl': createOriginAccessControl,
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': createResponseHeadersPolicy,
};
