import { DeadLetterQueue, type DeadLetterQueueArgs } from '../components/dead-letter-queue.ts';
import type { StackScope } from './stack-scope.ts';

/** Declares a dead-letter queue for a pipe, a schedule or asynchronous invocations. */
export function declareDeadLetterQueue(
  { config, named, alarms, tags, opts }: StackScope,
  name: string,
  args: Pick<DeadLetterQueueArgs, 'meaning' | 'severity' | 'depthAlarmThreshold'>,
): DeadLetterQueue {
  return new DeadLetterQueue(
    name,
    {
      ...args,
      name: named(name),
      retentionSeconds: config.dlqRetentionSeconds,
      visibilityTimeoutSeconds: config.dlqVisibilityTimeoutSeconds,
      messageAgeAlarmSeconds: config.deadLetterAgeAlarmSeconds,
      protect: config.protectTables,
      alarms,
      tags,
    },
    opts,
  );
}
