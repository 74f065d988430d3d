import { setTimeout as delay } from 'node:timers/promises';

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import { arn } from '../../shared/arn.ts';
import { LocalStackError, messageOf } from '../../shared/errors.ts';
import type { ResourceInputs } from '../../resources/resource-inputs.ts';
import { queueUrl } from '../../resources/sqs/queue.ts';
import type { ResourceProvider, StackContext } from '../../resources/stack-context.ts';
import { parseScheduleExpression, type NextRun } from './schedule-expression.ts';

/** Scheduler's own retry policy, where the schedule has none ("RetryPolicy" in the EventBridge Scheduler API reference). */
const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_EVENT_AGE_SECONDS = 86_400;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
/** The longest that a timer of Node.js can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;

const createSchedule: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  const group = inputs.optionalText('groupName') ?? 'default';
  const target = inputs.child('target');
  const targetArn = target?.text('arn') ?? '';
  if (target === undefined || !targetArn.startsWith('arn:aws:lambda:')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Schedule "${name}": the local stack invokes functions; the target must be the ARN of one, got "${targetArn}".`,
    );
  }
  const schedule = new Schedule({
    name,
    targetArn,
    input: target.optionalText('input') ?? '{}',
    nextRun: parseScheduleExpression(
      inputs.text('scheduleExpression'),
      inputs.optionalText('scheduleExpressionTimezone') ?? 'UTC',
      Date.now(),
    ),
    ...retryPolicyOf(target),
    ...clientsOf(name, target.text('roleArn'), stack),
    report: (message) => {
      stack.report(message);
    },
  });
  stack.schedules.add(name, () => schedule.fire());
  const isEnabled = (inputs.optionalText('state') ?? 'ENABLED') === 'ENABLED';
  if (isEnabled && !stack.schedulesOnDemand) {
    stack.onReady(() => {
      schedule.start();
    });
  }
  stack.onStop(() => schedule.stop());
  return {
    id: `${group}/${name}`,
    outputs: {
      name,
      groupName: group,
      arn: arn('scheduler', stack.region, `schedule/${group}/${name}`),
    },
  };
};

function retryPolicyOf(target: ResourceInputs) {
  const policy = target.child('retryPolicy');
  return {
    maximumRetryAttempts: policy?.optionalNumber('maximumRetryAttempts') ?? DEFAULT_RETRY_ATTEMPTS,
    maximumEventAgeMs:
      (policy?.optionalNumber('maximumEventAgeInSeconds') ?? DEFAULT_EVENT_AGE_SECONDS) * 1_000,
    deadLetterArn: target.child('deadLetterConfig')?.text('arn'),
  };
}

/** Scheduler calls its target, and its dead-letter queue, with the rights of the schedule's role. */
function clientsOf(name: string, roleArn: string, stack: StackContext) {
  const credentials = stack.credentials.issue({ functionName: name, roleArn });
  const { region } = stack;
  return {
    lambda: new LambdaClient({ region, credentials, endpoint: stack.endpoints.lambda }),
    sqs: new SQSClient({ region, credentials, endpoint: stack.endpoints.sqs }),
    queueUrlOf: (queueArn: string) => queueUrl(stack, queueArn),
  };
}

interface ScheduleOptions {
  readonly name: string;
  readonly targetArn: string;
  /** JSON text that the function gets. */
  readonly input: string;
  readonly nextRun: NextRun;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly deadLetterArn: string | undefined;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly queueUrlOf: (queueArn: string) => string;
  readonly report: (message: string) => void;
}

/** Invokes its function whenever it is due. */
class Schedule {
  readonly #options: ScheduleOptions;
  readonly #stopped = new AbortController();

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#run().catch(() => undefined);
  }

  stop(): Promise<void> {
    this.#stopped.abort();
    this.#options.lambda.destroy();
    this.#options.sqs.destroy();
    return Promise.resolve();
  }

  async #run(): Promise<void> {
    const { nextRun, name, report } = this.#options;
    for (let due = nextRun(Date.now()); due !== undefined; due = nextRun(due)) {
      await this.#waitUntil(due);
      this.fire().catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) report(`Schedule ${name} failed: ${messageOf(error)}`);
      });
    }
  }

  async #waitUntil(due: number): Promise<void> {
    for (let left = due - Date.now(); left > 0; left = due - Date.now()) {
      await delay(Math.min(left, LONGEST_TIMER_MS), undefined, { signal: this.#stopped.signal });
    }
  }

  /** Hands the event to the function's asynchronous queue; retries are for calls that Lambda did not accept. */
  async fire(): Promise<void> {
    const startedAt = Date.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#invoke();
        return;
      } catch (error) {
        const { maximumRetryAttempts, maximumEventAgeMs } = this.#options;
        const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS);
        const isTooOld = Date.now() + pauseMs - startedAt > maximumEventAgeMs;
        if (attempt >= maximumRetryAttempts || isTooOld) return this.#giveUp(error);
        await delay(pauseMs, undefined, { signal: this.#stopped.signal });
      }
    }
  }

  async #invoke(): Promise<void> {
    const { lambda, targetArn, input } = this.#options;
    await lambda.send(
      new InvokeCommand({
        FunctionName: targetArn,
        InvocationType: 'Event',
        Payload: Buffer.from(input),
      }),
      { abortSignal: this.#stopped.signal },
    );
  }

  async #giveUp(error: unknown): Promise<void> {
    const { name, deadLetterArn, report, sqs, queueUrlOf, targetArn, input } = this.#options;
    report(`Schedule ${name} could not invoke ${targetArn}: ${messageOf(error)}`);
    if (deadLetterArn === undefined) return;
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrlOf(deadLetterArn),
        MessageBody: input,
        MessageAttributes: {
          ERROR_CODE: text(error instanceof Error ? error.name : 'Unknown'),
          ERROR_MESSAGE: text(messageOf(error)),
          TARGET_ARN: text(targetArn),
        },
      }),
    );
  }
}

export const schedulerResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:scheduler/schedule:Schedule': createSchedule,
};
