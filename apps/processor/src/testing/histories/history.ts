import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { documentClient, HEAD_SORT_KEY } from '@leaderboard/tables';
import type { DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { pick, seededRandom } from '@leaderboard/testing/random';
import type { SQSRecord } from 'aws-lambda';
import { REFUSED_METADATA } from '../lasting-faults.ts';
import { START_MS, update } from '../records.ts';
import { Auditor, InvariantViolation } from './auditor.ts';
import type { AcceptedLetter } from './dead-letter-edge.ts';
import { decideFate, decideLetterFate, latencyMs } from './fates.ts';
import { FifoQueue } from './fifo-queue.ts';
import type { Disaster, HistoryPlan } from './history-plan.ts';
import { Invocation } from './invocation.ts';
import { MAX_RECEIVE_COUNT, SimulatedProcessor, type Response } from './simulated-processor.ts';
import { Simulation } from './simulation.ts';
import { TableAccess } from './table-access.ts';

/** Few events and contents, so that repeats and reused ids come up all the time. */
const EVENTS = 6;
/** How long a queue takes to be deleted and created again, at least (API reference of CreateQueue). */
const QUEUE_CREATION_MS = 61_000;
const FREEZES_MS = [500, 5_000, 20_000, 60_000];

/** One history of the processor: producers, queue, invocations, faults and disasters, as its plan and its seed decide. */
export class History {
  /** What happened, one line per event. */
  readonly trace: string[] = [];
  readonly #plan: HistoryPlan;
  readonly #name: string;
  readonly #random: () => number;
  readonly #simulation = new Simulation(START_MS);
  readonly #tables: TableAccess;
  readonly #auditor: Auditor;
  readonly #queue: FifoQueue;
  readonly #processor: SimulatedProcessor;
  readonly #players: readonly string[];
  readonly #sent = new Map<string, SQSRecord>();
  /** The dead-letter queue. */
  readonly #dead = new Set<SQSRecord>();
  #redrivesLeft = 4;
  #invocations = 0;
  #isPolling = false;

  /** @param name of this play: no other one on the engine has its players */
  constructor(plan: HistoryPlan, engine: DynamoDbEngine, name: string) {
    this.#plan = plan;
    this.#name = name;
    this.#random = seededRandom(~plan.seed);
    this.#players = Array.from({ length: plan.players }, (_, index) => `${name}-p${index + 1}`);
    this.#tables = new TableAccess(engine);
    this.#auditor = new Auditor({
      maxReceiveCount: MAX_RECEIVE_COUNT,
      isCalm: plan.isCalm,
      ledgerOf: (playerId) => this.#tables.ledgerOf(playerId),
    });
    this.#queue = new FifoQueue({
      visibilityTimeoutMs: plan.visibilityTimeoutMs,
      maxReceiveCount: MAX_RECEIVE_COUNT,
      firstSequence: plan.firstSequence,
      redriven: (record) => {
        this.#redriven(record);
      },
    });
    this.#processor = this.#createProcessor(engine);
  }

  /** @throws {InvariantViolation} */
  async play(): Promise<void> {
    for (const { before, messages } of this.#plan.acts) {
      await this.#strike(before);
      for (let index = 0; index < messages; index += 1) {
        const delayMs = this.#random() * (this.#random() < 0.7 ? 100 : 20_000);
        this.#simulation.after(delayMs, () => {
          this.#produce();
        });
      }
      await this.#simulation.run();
    }
    await this.#auditor.atEnd();
  }

  #createProcessor(engine: DynamoDbEngine): SimulatedProcessor {
    const random = this.#random;
    const plan = this.#plan;
    const common = {
      simulation: this.#simulation,
      trace: (line: string) => {
        this.#note(line);
      },
    };
    return new SimulatedProcessor({
      random,
      dynamodb: {
        ...common,
        client: documentClient(engine.client),
        fateOf: (_, command) => decideFate(command, plan, random),
        latencyMs: () => latencyMs(random),
        watcher: this.#auditor,
      },
      deadLetters: {
        ...common,
        fateOf: () => decideLetterFate(plan, random),
        accepted: (invocation, letter) => this.#accepted(invocation, letter),
      },
    });
  }

  async #strike(disaster: Disaster): Promise<void> {
    this.#note(`before this act: ${disaster}`);
    const player = pick(this.#players, this.#random);
    switch (disaster) {
      case 'nothing':
        return;
      case 'head lost':
        this.#auditor.headLost();
        return this.#tables.loseProcessedEvent(player, HEAD_SORT_KEY);
      case 'marker lost':
        this.#auditor.markerLost();
        return this.#tables.loseProcessedEvent(player, this.#anyEvent());
      case 'queue created again':
        this.#queue.createAgain(this.#plan.firstSequence);
        this.#simulation.after(QUEUE_CREATION_MS, () => undefined);
        return this.#simulation.run();
      case 'dead letters sent back':
        for (const record of this.#dead) this.#sendBack(record);
    }
  }

  #produce(): void {
    const random = this.#random;
    const player = pick(this.#players, random);
    const kind = random();
    const metadata = kind > 0.93 && !this.#plan.isCalm ? REFUSED_METADATA : {};
    const score = random() < 0.85 ? 10 : 1;
    const event = update(player, this.#anyEvent(), { score, metadata });
    const body = kind < 0.08 ? '{"score":"none"}' : JSON.stringify(event);
    this.#send(body, player);
    // Producers repeat what they are not sure of, often in the same batch.
    if (random() < 0.15) this.#send(body, player);
  }

  #anyEvent(): string {
    return `e${Math.floor(this.#random() * EVENTS)}`;
  }

  #send(body: string, playerId: string): void {
    const record = this.#queue.send(this.#name, body, playerId, this.#simulation.nowMs);
    const {
      event_id: eventId = '',
      score,
      metadata,
    } = JSON.parse(body) as Partial<LeaderboardUpdate>;
    const isRefused = metadata?.['refused'] !== undefined;
    const content = isRefused ? 'refused' : `score ${score}`;
    const kind = metadata === undefined ? 'invalid' : isRefused ? 'refused' : 'valid';
    this.#note(`sent ${record.messageId}: ${playerId} ${eventId} ${kind}, ${content}`);
    this.#sent.set(record.messageId, record);
    this.#auditor.sent({ record, playerId, eventId, content, kind });
    if (!this.#isPolling) this.#pollAfter(1 + this.#random() * 100);
  }

  #sendBack(record: SQSRecord): void {
    this.#dead.delete(record);
    this.#send(record.body, record.attributes.MessageGroupId ?? '');
  }

  #redriven(record: SQSRecord): void {
    this.#note(`SQS moves ${record.messageId} to the dead-letter queue`);
    this.#auditor.redriven(record.messageId);
    this.#dead.add(record);
  }

  async #accepted(invocation: Invocation, letter: AcceptedLetter): Promise<void> {
    this.#note(`${invocation.name} letter ${letter.errorType} of ${letter.messageId}`);
    await this.#auditor.letterAccepted(invocation, letter);
    const record = this.#sent.get(letter.messageId);
    if (record) this.#dead.add(record);
  }

  #pollAfter(delayMs: number): void {
    this.#isPolling = true;
    this.#simulation.after(delayMs, () => {
      this.#poll();
    });
  }

  #poll(): void {
    const { nowMs } = this.#simulation;
    const random = this.#random;
    const [dead] = this.#dead;
    if (dead && this.#redrivesLeft > 0 && random() < this.#plan.redrives) {
      this.#redrivesLeft -= 1;
      this.#sendBack(dead);
    }
    const limit = random() < 0.5 ? Infinity : 1 + Math.floor(random() * 10);
    const batch = this.#queue.receive(nowMs, limit, () => random() < 0.8);
    if (batch.length > 0) this.#invoke(batch);
    const { nextVisibleAtMs } = this.#queue;
    if (nextVisibleAtMs === undefined) this.#isPolling = false;
    else this.#pollAfter(Math.max(0, nextVisibleAtMs - nowMs) + 1 + random() * 200);
  }

  #invoke(batch: readonly SQSRecord[]): void {
    const random = this.#random;
    const { kills, freezes, timeoutIsEnforced } = this.#plan;
    const invocation = new Invocation({
      name: `#${++this.#invocations}`,
      simulation: this.#simulation,
      wakesBeforeKill: random() < kills ? 1 + Math.floor(random() * 12) : Infinity,
      timeoutIsEnforced,
      freezeMs: () => (random() < freezes ? pick(FREEZES_MS, random) : 0),
    });
    const deliveries = batch.map(
      ({ messageId, attributes }) => `${messageId} (${attributes.ApproximateReceiveCount})`,
    );
    this.#note(`${invocation.name} receives ${deliveries.join(', ')}`);
    this.#auditor.started(invocation, batch);
    this.#processor.run(invocation, batch).then(
      (response) => {
        this.#simulation.after(0, () => this.#responded(invocation, batch, response));
      },
      (error: unknown) => {
        this.#simulation.after(0, () => {
          throw new InvariantViolation(`${invocation.name} threw ${(error as Error).stack}`);
        });
      },
    );
  }

  async #responded(
    invocation: Invocation,
    batch: readonly SQSRecord[],
    response: Response,
  ): Promise<void> {
    const { returned } = response;
    this.#note(`${invocation.name} returns ${[...returned].join(', ') || 'nothing'}`);
    invocation.done();
    await this.#auditor.responded(invocation, response);
    this.#simulation.after(latencyMs(this.#random), () => {
      this.#queue.settle(batch, returned);
    });
  }

  #note(line: string): void {
    const atMs = String(this.#simulation.nowMs - START_MS).padStart(7);
    this.trace.push(`${atMs} ms  ${line}`);
  }
}
