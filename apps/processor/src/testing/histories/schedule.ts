import { afterAll, beforeAll } from '@jest/globals';
import { documentClient } from '@leaderboard/tables';
import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import type { SQSRecord } from 'aws-lambda';
import { START_MS } from '../records.ts';
import type { AcceptedLetter } from './dead-letter-edge.ts';
import type { Fate } from './fates.ts';
import { Invocation } from './invocation.ts';
import type { Command } from './requests.ts';
import { SimulatedProcessor } from './simulated-processor.ts';
import { Simulation } from './simulation.ts';
import { TableAccess, TABLES } from './table-access.ts';

/** Requests and responses travel this long, so that a test can place events between them. */
export const LATENCY_MS = 10;

const SERVED: Fate = { kind: 'served' };

export interface Start {
  /** When the invocation starts, in ms since the schedule began. */
  readonly atMs?: number;
  /** What becomes of its n-th request, from 0; undefined where nothing special does. */
  readonly fateOf?: (command: Command, index: number) => Fate | undefined;
}

/** Invocations, faults and events at times that a test decides, on virtual time. */
export class Schedule {
  readonly tables: TableAccess;
  /** Error type of the letter of each message id. */
  readonly letters = new Map<string, string>();
  /** What each invocation returned, by its name. One that was killed is missing. */
  readonly returned = new Map<string, readonly string[]>();
  readonly #simulation = new Simulation(START_MS);
  readonly #processor: SimulatedProcessor;
  readonly #fates = new Map<Invocation, { fateOf: NonNullable<Start['fateOf']>; next: number }>();

  constructor(engine: DynamoDbEngine) {
    this.tables = new TableAccess(engine);
    const common = { simulation: this.#simulation, trace: () => undefined };
    this.#processor = new SimulatedProcessor({
      random: () => 0.5,
      dynamodb: {
        ...common,
        client: documentClient(engine.client),
        fateOf: (invocation, command) => this.#fateOf(invocation, command),
        latencyMs: () => LATENCY_MS,
        watcher: { landed: () => undefined, ended: () => undefined },
      },
      deadLetters: {
        ...common,
        fateOf: () => ({ kind: 'accepted', afterMs: LATENCY_MS, isAccepted: () => true }),
        accepted: (_, { messageId, errorType }: AcceptedLetter) => {
          this.letters.set(messageId, errorType);
        },
      },
    });
  }

  /** Plans an event. */
  at(atMs: number, run: () => void | Promise<void>): void {
    this.#simulation.after(START_MS + atMs - this.#simulation.nowMs, run);
  }

  /** Plans an invocation. */
  invoke(name: string, batch: readonly SQSRecord[], { atMs = 0, fateOf }: Start = {}): void {
    this.at(atMs, () => {
      const invocation = new Invocation({
        name,
        simulation: this.#simulation,
        wakesBeforeKill: Infinity,
        timeoutIsEnforced: true,
        freezeMs: () => 0,
      });
      this.#fates.set(invocation, { fateOf: fateOf ?? (() => undefined), next: 0 });
      void this.#processor.run(invocation, batch).then(({ returned }) => {
        this.returned.set(name, [...returned]);
      });
    });
  }

  /** Runs until nothing is planned any more. */
  run(): Promise<void> {
    return this.#simulation.run();
  }

  /** Versions and event ids of a player's ledger. */
  async ledgerOf(playerId: string): Promise<[version: number, eventId: string][]> {
    const items = await this.tables.ledgerOf(playerId);
    return items.map(({ version, event_id }) => [version, event_id]);
  }

  #fateOf(invocation: Invocation, command: Command): Fate {
    const fates = this.#fates.get(invocation);
    if (!fates) return SERVED;
    return fates.fateOf(command, fates.next++) ?? SERVED;
  }
}

/** Starts an engine for the tests of a file; each test makes its own schedule on it. */
export function useSchedules(): () => Schedule {
  let engine: DynamoDbEngine | undefined;
  beforeAll(async () => {
    engine = await startDynamoDbEngine();
    await createTables(engine.client, TABLES);
  });
  afterAll(() => engine?.stop());
  return () => {
    if (engine === undefined) throw new Error('Make a schedule in a test.');
    return new Schedule(engine);
  };
}
