import { deadLetterTargets } from './dead-letter-targets.ts';
import { deniesWithoutTls, statementsOf } from './policy-document.ts';
import { TYPES } from '../graph/resource-types.ts';
import { isSame, isSet, ofType, type PolicyResource, UNKNOWN, valueAt } from './resource.ts';
import type { GraphRule } from './rule.ts';
import { isOfBucket } from './storage-rules.ts';

export const queueHasDeadLetterQueue: GraphRule = {
  scope: 'graph',
  name: 'queue-has-dead-letter-queue',
  description: 'Every queue has a dead-letter queue; a dead-letter queue itself needs none.',
  check: (resources) => {
    const targets = deadLetterTargets(resources);
    return ofType(resources, TYPES.queue)
      .filter((queue) => !isSet(valueAt(queue, 'redrivePolicy')))
      .filter((queue) => targets.allKnown && !targets.arns.has(valueAt(queue, 'arn')))
      .map((resource) => ({
        resource,
        message:
          'messages that fail again and again have nowhere to go: set redrivePolicy, ' +
          'or name this queue as the dead-letter target of another resource',
      }));
  },
};

export const deadLetterQueueHasAlarm: GraphRule = {
  scope: 'graph',
  name: 'dead-letter-queue-has-alarm',
  description: 'Every dead-letter queue has an alarm on the number of messages in it.',
  check: (resources) => {
    const targets = deadLetterTargets(resources);
    const watched = ofType(resources, TYPES.alarm)
      .filter((alarm) => valueAt(alarm, 'namespace') === 'AWS/SQS')
      .filter((alarm) => valueAt(alarm, 'metricName') === 'ApproximateNumberOfMessagesVisible')
      .map((alarm) => valueAt(alarm, 'dimensions', 'QueueName'));
    if (watched.includes(UNKNOWN)) return [];
    return ofType(resources, TYPES.queue)
      .filter((queue) => targets.arns.has(valueAt(queue, 'arn')))
      .filter((queue) => !watched.includes(valueAt(queue, 'name')))
      .map((resource) => ({
        resource,
        message:
          'nobody learns of dead letters: no alarm on its ApproximateNumberOfMessagesVisible',
      }));
  },
};

export const tlsOnly: GraphRule = {
  scope: 'graph',
  name: 'tls-only',
  description: 'Every queue and every bucket has a policy that denies requests without TLS.',
  check: (resources) => {
    const queuePolicies = ofType(resources, TYPES.queuePolicy);
    const bucketPolicies = ofType(resources, TYPES.bucketPolicy);
    const isOfQueue = (policy: PolicyResource, queue: PolicyResource) =>
      isSame(valueAt(policy, 'queueUrl'), valueAt(queue, 'url'));
    const open = [
      ...ofType(resources, TYPES.queue).filter((queue) =>
        takesPlainRequests(queue, queuePolicies, 'queueUrl', isOfQueue),
      ),
      ...ofType(resources, TYPES.bucket).filter((bucket) =>
        takesPlainRequests(bucket, bucketPolicies, 'bucket', isOfBucket),
      ),
    ];
    return open.map((resource) => ({
      resource,
      message:
        'it takes requests without TLS: add a policy that denies everything to everyone when aws:SecureTransport is false',
    }));
  },
};

function takesPlainRequests(
  resource: PolicyResource,
  policies: readonly PolicyResource[],
  owner: string,
  isOf: (policy: PolicyResource, resource: PolicyResource) => boolean,
): boolean {
  if (policies.some((policy) => valueAt(policy, owner) === UNKNOWN)) return false;
  return !policies
    .filter((policy) => isOf(policy, resource))
    .some((policy) => statementsOf(valueAt(policy, 'policy'))?.some(deniesWithoutTls) ?? true);
}
