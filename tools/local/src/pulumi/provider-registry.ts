import { LocalStackError } from '../shared/errors.ts';
import { ACCOUNT_ID } from '../shared/arn.ts';
import { apiGatewayResources } from '../resources/apigateway/rest-api.ts';
import { cloudfrontResources } from '../resources/cloudfront/distribution.ts';
import { dynamodbResources } from '../resources/dynamodb/table.ts';
import { iamResources } from '../services/iam/role-registry.ts';
import { eventInvokeConfigResources } from '../resources/lambda/event-invoke-config.ts';
import { eventSourceMappingResources } from '../resources/lambda/event-source-mapping.ts';
import { functionUrlResources } from '../services/lambda/function-url.ts';
import { lambdaFunctionResources } from '../resources/lambda/function.ts';
import { lambdaPermissionResources } from '../services/lambda/function-permissions.ts';
import { logResources } from '../services/logs/log-groups.ts';
import { pipeResources } from '../resources/pipes/pipe.ts';
import { recordOnlyResources } from '../resources/record-only.ts';
import { s3Resources } from '../resources/s3/bucket.ts';
import { schedulerResources } from '../services/scheduler/schedule.ts';
import { sqsResources } from '../resources/sqs/queue.ts';
import type { ResourceProvider } from '../resources/stack-context.ts';

/** Every resource type that the local stack can create, by its Pulumi type token. */
const PROVIDERS: Readonly<Record<string, ResourceProvider>> = {
  ...apiGatewayResources,
  ...cloudfrontResources,
  ...dynamodbResources,
  ...eventInvokeConfigResources,
  ...eventSourceMappingResources,
  ...functionUrlResources,
  ...iamResources,
  ...lambdaFunctionResources,
  ...lambdaPermissionResources,
  ...logResources,
  ...pipeResources,
  ...recordOnlyResources,
  ...s3Resources,
  ...schedulerResources,
  ...sqsResources,
};

/** @throws LocalStackError `UnknownResourceType` */
export function providerFor(type: string, resourceName: string): ResourceProvider {
  const provider = PROVIDERS[type];
  if (provider !== undefined) return provider;
  throw new LocalStackError(
    'UnknownResourceType',
    `The local stack cannot create resource "${resourceName}" of type ${type}. ` +
      'Add a provider for the type to its service folder in tools/local/src and list it in pulumi/provider-registry.ts, ' +
      'or add it to record-only.ts if no function can tell whether it is there.',
  );
}

/**
 * What the program asks AWS about, answered for the local account.
 *
 * @throws LocalStackError `UnknownFunctionCall`
 */
export function answerCall(token: string, region: string): Record<string, unknown> {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return {
        id: ACCOUNT_ID,
        accountId: ACCOUNT_ID,
        arn: `arn:aws:iam::${ACCOUNT_ID}:root`,
        userId: ACCOUNT_ID,
      };
    case 'aws:index/getRegion:getRegion':
      return { id: region, name: region, region, description: region };
    case 'aws:index/getPartition:getPartition':
      return {
        id: 'aws',
        partition: 'aws',
        dnsSuffix: 'amazonaws.com',
        reverseDnsPrefix: 'com.amazonaws',
      };
    default:
      throw new LocalStackError(
        'UnknownFunctionCall',
        `The local stack cannot answer the provider function ${token} that the Pulumi program calls. ` +
          'Add its answer to answerCall in tools/local/src/pulumi/provider-registry.ts.',
      );
  }
}
