import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { timeout } from '../fault-injection.ts';
import { mergeResponses, splitKeys, type RequestItems } from './batch-read.ts';
import { describeFate, REQUEST_TIMEOUT_MS, type Fate } from './fates.ts';
import type { Invocation } from './invocation.ts';
import { isRead, type Command, type KeyChoice } from './requests.ts';
import type { Simulation } from './simulation.ts';

type Outcome = { readonly output: unknown } | { readonly error: unknown };

/** Sees what DynamoDB does for an invocation. */
export interface DynamoDbWatcher {
  /** A write took place, whether the client learns of it or not. */
  landed(invocation: Invocation, command: Command): void;
  /** A request ended for the client. */
  ended(invocation: Invocation, command: Command, fate: Fate): void;
}

export interface DynamoDbEdgeOptions {
  readonly simulation: Simulation;
  /** Reaches the engine. */
  readonly client: DynamoDBDocumentClient;
  readonly fateOf: (invocation: Invocation, command: Command) => Fate;
  /** How long a request, or a response, travels. */
  readonly latencyMs: () => number;
  readonly watcher: DynamoDbWatcher;
  readonly trace: (line: string) => void;
}

/** The way between invocations and the engine: requests take time, get lost, arrive late, are rejected. */
export class DynamoDbEdge {
  readonly #options: DynamoDbEdgeOptions;

  constructor(options: DynamoDbEdgeOptions) {
    this.#options = options;
  }

  /** The client of one invocation. */
  clientOf(invocation: Invocation): DynamoDBDocumentClient {
    const send = (command: Command) =>
      new Promise((resolve, reject) => {
        this.#send(invocation, command, (outcome) => {
          invocation.wake(() => {
            if ('error' in outcome) reject(outcome.error as Error);
            else resolve(outcome.output);
          });
        });
      });
    return Object.create(this.#options.client, { send: { value: send } }) as DynamoDBDocumentClient;
  }

  #send(invocation: Invocation, command: Command, respond: (outcome: Outcome) => void): void {
    const { simulation, fateOf, latencyMs, watcher, trace } = this.#options;
    const fate = fateOf(invocation, command);
    const name = `${invocation.name} ${command.constructor.name}`;
    trace(`${name} ${describeFate(fate)}`);

    const respondAfter = (delayMs: number, outcome: Outcome) => {
      simulation.after(delayMs, () => {
        watcher.ended(invocation, command, fate);
        respond(outcome);
      });
    };
    const serveAfter = (delayMs: number, served?: (outcome: Outcome) => void) => {
      simulation.after(delayMs, async () => {
        const outcome = await this.#serve(command, fate);
        trace(`${name} → ${'error' in outcome ? String(outcome.error) : 'ok'}`);
        if (!isRead(command) && 'output' in outcome) watcher.landed(invocation, command);
        served?.(outcome);
      });
    };

    switch (fate.kind) {
      case 'rejected':
        respondAfter(latencyMs(), { error: fate.error });
        return;
      case 'lost':
        respondAfter(REQUEST_TIMEOUT_MS, { error: timeout() });
        return;
      case 'unanswered':
        serveAfter(latencyMs(), () => {
          respondAfter(fate.afterMs, { error: fate.error });
        });
        return;
      case 'late':
        respondAfter(REQUEST_TIMEOUT_MS, { error: timeout() });
        serveAfter(fate.afterMs);
        return;
      case 'torn':
        this.#serveTorn(command as BatchGetCommand, fate.isLater, (output) => {
          respondAfter(latencyMs(), { output });
        });
        return;
      default:
        serveAfter(latencyMs(), (outcome) => {
          respondAfter(latencyMs(), outcome);
        });
    }
  }

  #serveTorn(
    { input }: BatchGetCommand,
    isLater: KeyChoice,
    served: (output: BatchGetCommandOutput) => void,
  ): void {
    const { simulation, latencyMs } = this.#options;
    const [later, now] = splitKeys(input, isLater);
    simulation.after(latencyMs(), async () => {
      const first = await this.#read(now);
      simulation.after(latencyMs(), async () => {
        served(mergeResponses(first, await this.#read(later)));
      });
    });
  }

  async #serve(command: Command, fate: Fate): Promise<Outcome> {
    try {
      if (command instanceof BatchGetCommand && fate.kind === 'partial') {
        const [unread, others] = splitKeys(command.input, fate.isUnread);
        return { output: { ...(await this.#read(others)), UnprocessedKeys: unread } };
      }
      return { output: await this.#options.client.send(command as BatchGetCommand) };
    } catch (error) {
      return { error };
    }
  }

  async #read(RequestItems: RequestItems): Promise<BatchGetCommandOutput> {
    if (Object.keys(RequestItems).length === 0) return { $metadata: {}, Responses: {} };
    return this.#options.client.send(new BatchGetCommand({ RequestItems }));
  }
}
