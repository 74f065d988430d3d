import { noPublicAccess, noWildcardPermissions } from './access-rules.ts';
import {
  asynchronousDeliveryHasDeadLetterQueue,
  logRetention,
  queueMappingLimitsConcurrency,
  queueMappingReportsFailures,
} from './invocation-rules.ts';
import { deadLetterQueueHasAlarm, queueHasDeadLetterQueue, tlsOnly } from './queue-rules.ts';
import type { Rule } from './rule.ts';
import { encryptionAtRest, pointInTimeRecovery, privateBuckets } from './storage-rules.ts';
import { requiredTags } from './tag-rules.ts';

/** The rules that every stack of this system keeps, whatever is added to it. */
export const RULES: readonly Rule[] = [
  encryptionAtRest,
  pointInTimeRecovery,
  privateBuckets,
  tlsOnly,
  queueHasDeadLetterQueue,
  deadLetterQueueHasAlarm,
  asynchronousDeliveryHasDeadLetterQueue,
  queueMappingReportsFailures,
  queueMappingLimitsConcurrency,
  logRetention,
  requiredTags,
  noWildcardPermissions,
  noPublicAccess,
];
