import { setTimeout as delay } from 'node:timers/promises';

import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

import { messageOf } from '../../shared/errors.ts';
import type { NextRun } from './schedule-expression.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
/** The longest that a timer of Node.js can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;

export interface ScheduleOptions {
  readonly name: string;
  readonly targetArn: string;
  /** The event of the function, as JSON. */
  readonly input: string;
  readonly nextRun: NextRun;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly deadLetterQueueUrl: string | undefined;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly report: (message: string) => void;
}

/** Invokes its function whenever it is due. A test fires it when it wants to, instead of waiting for it. */
export class Schedule {
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

  /**
   * Invokes the target once; resolves when Lambda has accepted the asynchronous invocation. Retries are for calls that
   * Lambda does not accept.
   */
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
    const { name, deadLetterQueueUrl, report, sqs, targetArn, input } = this.#options;
    report(`Schedule ${name} could not invoke ${targetArn}: ${messageOf(error)}`);
    if (deadLetterQueueUrl === undefined) return;
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: input,
        MessageAttributes: {
          ERROR_CODE: attribute(error instanceof Error ? error.name : 'Unknown'),
          ERROR_MESSAGE: attribute(messageOf(error)),
          TARGET_ARN: attribute(targetArn),
        },
      }),
    );
  }
}
