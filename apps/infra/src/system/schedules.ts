import * as aws from '@pulumi/aws';

import type { DeadLetterQueue } from '../components/dead-letter-queue.ts';
import { declareDeadLetterQueue } from './dead-letters.ts';
import type { StackScope } from './stack-scope.ts';

/** What the functions behind the ledger that run on schedules share. */
export interface Schedules {
  group: aws.scheduler.ScheduleGroup;
  /** Receives runs of auditor, compactor and snapshotter that did not start or failed. The next run does the same work. */
  failures: DeadLetterQueue;
}

/** Declares the group of all schedules, and the dead-letter queue of auditor, compactor and snapshotter. */
export function declareSchedules(scope: StackScope): Schedules {
  const group = new aws.scheduler.ScheduleGroup(
    'leaderboard',
    { name: scope.named('leaderboard'), tags: scope.tags },
    { provider: scope.provider },
  );
  const failures = declareDeadLetterQueue(scope, 'standings-functions-dlq', {
    meaning:
      'Auditor, compactor or snapshotter did not start or failed: lost updates are not found, logs of boards may be long, or snapshots old.',
    severity: 'ticket',
    depthAlarmThreshold: scope.config.standingsDlqDepthAlarmThreshold,
  });
  return { group, failures };
}
