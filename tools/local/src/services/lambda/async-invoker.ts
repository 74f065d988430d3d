import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { messageOf } from '../../shared/errors.ts';
import {
  TooManyRequestsException,
  type FunctionHost,
  type InvocationResult,
} from './function-host.ts';

/** How Lambda handles the asynchronous invocations of a function (`PutFunctionEventInvokeConfig`). */
export interface EventInvokeConfig {
  /** Retries after an error of the function. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** ARN of the queue that receives the record of an invocation that finally failed. */
  readonly onFailure: string | undefined;
}

/** Lambda's defaults ("Configuring error handling settings for Lambda asynchronous invocations"). */
export const DEFAULT_EVENT_INVOKE_CONFIG: EventInvokeConfig = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
  onFailure: undefined,
};

/** A throttled event is retried when an invocation ends, at the latest after this time. */
const THROTTLED_RETRY_MS = 1_000;

/** Why an event was dropped. */
type GiveUpCondition = 'RetriesExhausted' | 'EventAgeExceeded';

/** Sends the record of a failed invocation to its destination, with the permissions of the function's role. */
export type SendToDestination = (
  host: FunctionHost,
  destinationArn: string,
  record: string,
) => Promise<void>;

export interface AsyncInvokerOptions {
  /** Pause before the first retry after an error of the function, in ms; twice as long before the second. */
  readonly retryDelayMs: number;
  readonly send: SendToDestination;
  readonly report: (message: string) => void;
}

/**
 * Lambda's queue of asynchronous invocations: events are accepted immediately, then tried until the function returns,
 * the retries are used up or the event is too old.
 */
export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #configs = new Map<string, EventInvokeConfig>();
  readonly #stopped = new AbortController();

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  configure(functionName: string, config: EventInvokeConfig): void {
    this.#configs.set(functionName, config);
  }

  /** Accepts an event, without waiting for its outcome. Events that still wait are lost when the stack stops. */
  accept(host: FunctionHost, event: unknown): void {
    const config = this.#configs.get(host.settings.name) ?? DEFAULT_EVENT_INVOKE_CONFIG;
    new AsyncInvocation(host, event, config, this.#options, this.#stopped.signal)
      .run()
      .catch((error: unknown) => {
        if (this.#stopped.signal.aborted) return;
        this.#options.report(
          `An asynchronous invocation of ${host.settings.name} failed: ${messageOf(error)}`,
        );
      });
  }

  stop(): Promise<void> {
    this.#stopped.abort();
    return Promise.resolve();
  }
}

/** The attempts at one event. */
class AsyncInvocation {
  readonly #requestId = randomUUID();
  readonly #acceptedAt = Date.now();
  readonly #host: FunctionHost;
  readonly #event: unknown;
  readonly #config: EventInvokeConfig;
  readonly #options: AsyncInvokerOptions;
  readonly #stopped: AbortSignal;

  constructor(
    host: FunctionHost,
    event: unknown,
    config: EventInvokeConfig,
    options: AsyncInvokerOptions,
    stopped: AbortSignal,
  ) {
    this.#host = host;
    this.#event = event;
    this.#config = config;
    this.#options = options;
    this.#stopped = stopped;
  }

  async run(): Promise<void> {
    let result: InvocationResult | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const next = await this.#invokeWhenFree();
      if (next === undefined) return this.#giveUp('EventAgeExceeded', attempt - 1, result);
      result = next;
      if (result.kind === 'returned') return;
      if (attempt > this.#config.maximumRetryAttempts) {
        return this.#giveUp('RetriesExhausted', attempt, result);
      }
      const pauseMs = this.#options.retryDelayMs * attempt;
      await delay(Math.min(pauseMs, Math.max(0, this.#remainingMs())), undefined, {
        signal: this.#stopped,
      });
    }
  }

  /** Throttling uses up no retry. Undefined when the event is too old. */
  async #invokeWhenFree(): Promise<InvocationResult | undefined> {
    while (this.#remainingMs() > 0) {
      try {
        return await this.#host.invoke(this.#event, this.#requestId);
      } catch (error) {
        if (!(error instanceof TooManyRequestsException)) throw error;
        const waited = AbortSignal.timeout(Math.min(THROTTLED_RETRY_MS, this.#remainingMs()));
        await this.#host.whenFree(AbortSignal.any([waited, this.#stopped])).catch(() => undefined);
        this.#stopped.throwIfAborted();
      }
    }
    return undefined;
  }

  #remainingMs(): number {
    return this.#acceptedAt + this.#config.maximumEventAgeSeconds * 1_000 - Date.now();
  }

  async #giveUp(
    condition: GiveUpCondition,
    invocations: number,
    result: InvocationResult | undefined,
  ): Promise<void> {
    if (this.#config.onFailure === undefined) {
      this.#options.report(
        `An event for ${this.#host.settings.name} was dropped (${condition}, ${String(invocations)} invocations): the function has no on-failure destination.`,
      );
      return;
    }
    const record = {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: {
        requestId: this.#requestId,
        functionArn: `${this.#host.settings.arn}:$LATEST`,
        condition,
        approximateInvokeCount: invocations,
      },
      requestPayload: this.#event,
      ...(result?.kind === 'failed' && {
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          functionError: 'Unhandled',
        },
        responsePayload: result.error,
      }),
    };
    await this.#options.send(this.#host, this.#config.onFailure, JSON.stringify(record));
  }
}
