import { TYPES } from '../graph/resource-types.ts';
import {
  isKnownOtherThan,
  isSame,
  isSet,
  ofType,
  type PolicyResource,
  UNKNOWN,
  valueAt,
} from './resource.ts';
import type { GraphRule, ResourceRule } from './rule.ts';

/** Other stores need no rule: S3, CloudWatch Logs and Lambda's variables are always encrypted. */
export const encryptionAtRest: ResourceRule = {
  scope: 'resource',
  name: 'encryption-at-rest',
  description:
    'Queues and topics are encrypted at rest; tables, which always are, state by whose key.',
  check: (resource) => {
    switch (resource.type) {
      case TYPES.queue:
        return isSet(valueAt(resource, 'kmsMasterKeyId')) ||
          !isKnownOtherThan(valueAt(resource, 'sqsManagedSseEnabled'), true)
          ? []
          : ['the queue is not encrypted: set sqsManagedSseEnabled to true'];
      case TYPES.topic:
        return isSet(valueAt(resource, 'kmsMasterKeyId'))
          ? []
          : ['the topic is not encrypted: set kmsMasterKeyId'];
      case TYPES.table:
        return valueAt(resource, 'serverSideEncryption', 'enabled') === undefined
          ? ['the table does not state which key encrypts it: set serverSideEncryption.enabled']
          : [];
      default:
        return [];
    }
  },
};

export const pointInTimeRecovery: ResourceRule = {
  scope: 'resource',
  name: 'point-in-time-recovery',
  description: 'Every table can be restored to any second of the last days.',
  check: (resource) =>
    resource.type === TYPES.table &&
    isKnownOtherThan(valueAt(resource, 'pointInTimeRecovery', 'enabled'), true)
      ? ['the table has no point-in-time recovery: set pointInTimeRecovery.enabled to true']
      : [],
};

const PUBLIC_ACCESS_SWITCHES = [
  'blockPublicAcls',
  'blockPublicPolicy',
  'ignorePublicAcls',
  'restrictPublicBuckets',
];

export const privateBuckets: GraphRule = {
  scope: 'graph',
  name: 'private-buckets',
  description: 'Every bucket blocks all public access; pages are served by CloudFront.',
  check: (resources) =>
    ofType(resources, TYPES.bucket).flatMap((bucket) =>
      faultsOfBucket(bucket, resources).map((message) => ({ resource: bucket, message })),
    ),
};

function faultsOfBucket(bucket: PolicyResource, resources: readonly PolicyResource[]): string[] {
  const faults: string[] = [];
  if (valueAt(bucket, 'website') !== undefined) {
    faults.push('the bucket is a website, which has no HTTPS: serve it through CloudFront');
  }
  const blocks = ofType(resources, TYPES.publicAccessBlock);
  const own = blocks.find((block) => isOfBucket(block, bucket));
  if (own) {
    const open = PUBLIC_ACCESS_SWITCHES.filter((key) => isKnownOtherThan(valueAt(own, key), true));
    if (open.length > 0) faults.push(`its public access block leaves ${open.join(', ')} off`);
  } else if (!blocks.some((block) => valueAt(block, 'bucket') === UNKNOWN)) {
    faults.push('the bucket has no BucketPublicAccessBlock');
  }
  return faults;
}

/** Whether a resource with the name of a bucket belongs to this bucket. */
export function isOfBucket(resource: PolicyResource, bucket: PolicyResource): boolean {
  const named = valueAt(resource, 'bucket');
  return isSame(named, valueAt(bucket, 'id')) || isSame(named, valueAt(bucket, 'bucket'));
}
