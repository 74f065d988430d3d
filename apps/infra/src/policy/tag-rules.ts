import { PURPOSE } from '../system/stack-tags.ts';
import { isSet, type PolicyResource, UNKNOWN, valueAt } from './resource.ts';
import type { ResourceRule } from './rule.ts';

/** Types that cannot be tagged; a test compares this list with the AWS provider. */
export const TYPES_WITHOUT_TAGS: readonly string[] = [
  'aws:apigateway/account:Account',
  'aws:apigateway/basePathMapping:BasePathMapping',
  'aws:apigateway/deployment:Deployment',
  'aws:apigateway/integration:Integration',
  'aws:apigateway/integrationResponse:IntegrationResponse',
  'aws:apigateway/method:Method',
  'aws:apigateway/methodResponse:MethodResponse',
  'aws:apigateway/methodSettings:MethodSettings',
  'aws:apigateway/model:Model',
  'aws:apigateway/requestValidator:RequestValidator',
  'aws:apigateway/resource:Resource',
  'aws:apigateway/response:Response',
  'aws:apigateway/usagePlanKey:UsagePlanKey',
  'aws:appautoscaling/policy:Policy',
  'aws:cloudfront/cachePolicy:CachePolicy',
  'aws:cloudfront/originAccessControl:OriginAccessControl',
  'aws:cloudfront/originRequestPolicy:OriginRequestPolicy',
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy',
  'aws:cloudwatch/dashboard:Dashboard',
  'aws:cloudwatch/logMetricFilter:LogMetricFilter',
  'aws:iam/rolePolicy:RolePolicy',
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
  'aws:lambda/functionUrl:FunctionUrl',
  'aws:lambda/permission:Permission',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  'aws:s3/bucketPolicy:BucketPolicy',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  'aws:s3/bucketVersioning:BucketVersioning',
  'aws:scheduler/schedule:Schedule',
  'aws:sqs/queuePolicy:QueuePolicy',
  'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
];

export const requiredTags: ResourceRule = {
  scope: 'resource',
  name: 'required-tags',
  description: `Every taggable resource has the tags Environment and Purpose (${PURPOSE}).`,
  check: (resource) => {
    if (!resource.type.startsWith('aws:') || TYPES_WITHOUT_TAGS.includes(resource.type)) return [];
    if (valueAt(resource, 'tags') === UNKNOWN) return [];
    return [...environmentFault(resource), ...purposeFault(resource)];
  },
};

function environmentFault(resource: PolicyResource): string[] {
  return isSet(valueAt(resource, 'tags', 'Environment')) ? [] : ['the tag Environment is missing'];
}

function purposeFault(resource: PolicyResource): string[] {
  const purpose = valueAt(resource, 'tags', 'Purpose');
  if (purpose === PURPOSE || purpose === UNKNOWN) return [];
  return [
    `the tag Purpose is ${purpose === undefined ? 'missing' : `"${String(purpose)}"`}, not "${PURPOSE}"`,
  ];
}
