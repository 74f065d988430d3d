import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';

import type { CredentialRegistry } from '../../services/gateway/credentials.ts';
import { parseScheduleExpression } from '../../services/scheduler/schedule-expression.ts';
import { Schedule } from '../../services/scheduler/schedule.ts';
import { queueUrl } from '../../services/sqs/queue-url.ts';
import { arn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { Lifecycle } from '../../shared/lifecycle.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

export interface SchedulerProviderOptions {
  readonly region: string;
  readonly endpoints: { readonly lambda: string; readonly sqs: string };
  readonly credentials: CredentialRegistry;
  /** By name; the control API fires them. */
  readonly schedules: Map<string, Schedule>;
  /** Whether schedules fire only through the control API. */
  readonly onDemand: boolean;
  readonly lifecycle: Lifecycle;
  readonly report: (message: string) => void;
}

export function schedulerProviders(options: SchedulerProviderOptions): ResourceProviders {
  return { 'aws:scheduler/schedule:Schedule': (resource) => createSchedule(resource, options) };
}

/** Scheduler's retry policy for a schedule that has none ("RetryPolicy" in the EventBridge Scheduler API reference). */
const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_EVENT_AGE_SECONDS = 86_400;

function createSchedule(
  resource: ResourceRequest,
  options: SchedulerProviderOptions,
): CreatedResource {
  const { inputs } = resource;
  const { region, schedules, lifecycle, report } = options;
  const name = nameOf(resource);
  const group = inputs.optionalString('groupName') ?? 'default';
  const target = inputs.child('target');
  const targetArn = target?.string('arn') ?? '';
  if (target === undefined || !targetArn.startsWith('arn:aws:lambda:')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Schedule "${name}": the local stack invokes functions; the target must be the ARN of one, got "${targetArn}".`,
    );
  }
  const schedule = new Schedule({
    name,
    targetArn,
    input: target.optionalString('input') ?? '{}',
    nextRun: parseScheduleExpression(
      inputs.string('scheduleExpression'),
      inputs.optionalString('scheduleExpressionTimezone') ?? 'UTC',
      Date.now(),
    ),
    ...retryPolicyOf(target),
    deadLetterQueueUrl: deadLetterQueueUrl(target, options.endpoints.sqs),
    ...clientsOf(name, target.string('roleArn'), options),
    report,
  });
  schedules.set(name, schedule);
  const isEnabled = (inputs.optionalString('state') ?? 'ENABLED') === 'ENABLED';
  if (isEnabled && !options.onDemand) {
    lifecycle.onReady(() => {
      schedule.start();
    });
  }
  lifecycle.onStop(() => schedule.stop());
  return {
    id: `${group}/${name}`,
    outputs: {
      name,
      groupName: group,
      arn: arn('scheduler', region, `schedule/${group}/${name}`),
    },
  };
}

function retryPolicyOf(target: ResourceInputs) {
  const policy = target.child('retryPolicy');
  return {
    maximumRetryAttempts: policy?.optionalNumber('maximumRetryAttempts') ?? DEFAULT_RETRY_ATTEMPTS,
    maximumEventAgeMs:
      (policy?.optionalNumber('maximumEventAgeInSeconds') ?? DEFAULT_EVENT_AGE_SECONDS) * 1_000,
  };
}

function deadLetterQueueUrl(target: ResourceInputs, sqsEndpoint: string): string | undefined {
  const deadLetterArn = target.child('deadLetterConfig')?.string('arn');
  return deadLetterArn === undefined ? undefined : queueUrl(sqsEndpoint, deadLetterArn);
}

/** Scheduler calls its target and its dead-letter queue with the permissions of the schedule's role. */
function clientsOf(name: string, roleArn: string, options: SchedulerProviderOptions) {
  const { region, endpoints } = options;
  const credentials = options.credentials.issue({ sessionName: name, roleArn });
  return {
    lambda: new LambdaClient({ region, credentials, endpoint: endpoints.lambda }),
    sqs: new SQSClient({ region, credentials, endpoint: endpoints.sqs }),
  };
}
