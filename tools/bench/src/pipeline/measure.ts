import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { paginateScan, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as Local from '@leaderboard/local';
import { StackControl, type Fault } from '@leaderboard/local/stack-control';
import { play, traffic } from '@leaderboard/loadgen';
import { createProducer, type Producer } from '@leaderboard/producer-sdk';
import { documentClient, toHistoryUpdate, toLedgerUpdate } from '@leaderboard/tables';
import { canMeasureCpu, cpuTimes } from './cpu-time.ts';

/** What is played on a stack. */
export interface PipelineLoad {
  /** Updates that are sent at once. */
  readonly updates: number;
  readonly players: number;
  /** Updates a second, and for how many seconds, at which freshness is measured. */
  readonly rate: number;
  readonly seconds: number;
}

export const STAGES = [
  'send → queue',
  'queue → ledger',
  'ledger → standing',
  'send → standing',
] as const;
export type Stage = (typeof STAGES)[number];

/** What one stack took. */
export interface MeasuredPipeline {
  /** From the first call of the SDK until the last update is in the standings. */
  readonly updatesPerSecond: number;
  /** By process: `the stack`, `the DynamoDB engine`, `the sender`. Undefined where the system does not tell. */
  readonly cpuMsPerUpdate: ReadonlyMap<string, number> | undefined;
  /** By service and operation. */
  readonly requestsPerUpdate: ReadonlyMap<string, number>;
  /** In ms, ascending, one for each update that was sent at the given rate. */
  readonly freshness: Readonly<Record<Stage, readonly number[]>>;
}

/** Updates that the SDK may have under way: some full batches. */
const UNDER_WAY = 100;
const GAMES = 5;
/** Until everything that was sent is in the standings. */
const TIMEOUT_MS = 600_000;
const LOOK_MS = 250;

/** Calls that are counted. A stack counts the calls that a fault applies to: here one that delays nothing. */
const COUNTED: readonly (readonly [Fault['service'], readonly string[]])[] = [
  [
    'sqs',
    [
      'SendMessage',
      'SendMessageBatch',
      'ReceiveMessage',
      'DeleteMessageBatch',
      'ChangeMessageVisibility',
      'ChangeMessageVisibilityBatch',
    ],
  ],
  [
    'dynamodb',
    [
      'GetRecords',
      'GetItem',
      'BatchGetItem',
      'TransactGetItems',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
      'TransactWriteItems',
    ],
  ],
  ['lambda', ['Invoke']],
  ['s3', ['GetObject', 'PutObject']],
];

interface Sent {
  readonly calledAtMs: number;
  readonly acceptedAtMs: number;
}

/**
 * Starts the stack of a work tree, plays on it and stops it.
 *
 * @param folder the work tree, with built functions
 */
export async function measurePipeline(
  folder: string,
  load: PipelineLoad,
  seed: number,
): Promise<MeasuredPipeline> {
  const module = path.join(folder, 'tools/local/src/index.ts');
  const { spawnStack, ONE_MACHINE } = (await import(pathToFileURL(module).href)) as typeof Local;
  const { stack, pid, stop } = await spawnStack({
    config: ONE_MACHINE,
    faults: true,
    schedulesOnDemand: true,
  });
  const { region, endpoints, outputs } = stack;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  const client = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const producer = createProducer({ queueUrl: String(outputs['main_queue_url']), client: sqs });
  try {
    const pipeline = new Pipeline(producer, {
      sqs,
      queueUrls: await pipelineQueues(sqs, endpoints.sqs),
      client: documentClient(client),
      ledgerTable: String(outputs['dynamodb_table_name']),
      standingsTable: String(outputs['standings_table_name']),
    });
    const plan = { games: GAMES, duplicates: 0, seed, players: load.players };
    // Every player once: the measured updates are of known players, and everything is warm.
    await pipeline.send(load.players, everyPlayer(load.players));
    await pipeline.settled();

    const before = cpuByProcess(pid);
    const startedAtMs = Date.now();
    await pipeline.send(
      load.updates,
      traffic({ ...plan, updates: load.updates, startMs: startedAtMs }),
    );
    const appliedAtMs = await pipeline.settled();
    const after = cpuByProcess(pid);

    const control = new StackControl(stack);
    const counted = await countCalls(control, new Set(Object.keys(endpoints)));
    const countedUpdates = Math.ceil(load.updates / 4);
    await pipeline.send(
      countedUpdates,
      traffic({ ...plan, updates: countedUpdates, startMs: startedAtMs + load.updates }),
    );
    await pipeline.settled();
    const calls = await counted();

    return {
      updatesPerSecond: (load.updates / (appliedAtMs - startedAtMs)) * 1_000,
      cpuMsPerUpdate:
        before &&
        after &&
        new Map(
          [...after].map(([name, ms]) => [name, (ms - (before.get(name) ?? 0)) / load.updates]),
        ),
      requestsPerUpdate: new Map([...calls].map(([name, count]) => [name, count / countedUpdates])),
      freshness: await pipeline.measureFreshness(load),
    };
  } finally {
    await producer.close();
    sqs.destroy();
    client.destroy();
    await stop();
  }
}

/** Where updates are while they are under way, and afterwards. */
interface Stored {
  readonly sqs: SQSClient;
  readonly queueUrls: readonly string[];
  readonly client: DynamoDBDocumentClient;
  readonly ledgerTable: string;
  readonly standingsTable: string;
}

/** Sends updates and looks for them in the tables, whose attributes used here are the same in every commit. */
class Pipeline {
  readonly #producer: Producer;
  readonly #stored: Stored;
  #sent = 0;

  constructor(producer: Producer, stored: Stored) {
    this.#producer = producer;
    this.#stored = stored;
  }

  async send(count: number, steps: Iterable<Step>, rate?: number): Promise<Map<string, Sent>> {
    const sent = new Map<string, Sent>();
    const { rejected } = await play(steps, {
      producer: {
        sendLeaderboardUpdate: async (update) => {
          const calledAtMs = Date.now();
          const accepted = await this.#producer.sendLeaderboardUpdate(update);
          sent.set(accepted.update.event_id, { calledAtMs, acceptedAtMs: Date.now() });
          return accepted;
        },
      },
      concurrency: UNDER_WAY,
      ...(rate !== undefined && { rate }),
    });
    if (rejected[0] !== undefined) throw rejected[0].error;
    this.#sent += count;
    return sent;
  }

  /** Resolves once every update is in the standings. @returns when the last one was, in ms since the epoch */
  async settled(): Promise<number> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      // The tables are read only then: a scan of a table of many items is work that the pipeline does not have.
      if ((await this.#waiting()) === 0) {
        const applied = [...(await this.#applied()).values()];
        const versions = applied.reduce((sum, { version }) => sum + version, 0);
        if (versions === this.#sent) return Math.max(...applied.map(({ atMs }) => atMs));
      }
      if (Date.now() > deadline) {
        throw new Error(
          `Not all of ${this.#sent} updates were in the standings after ${TIMEOUT_MS / 1_000} s.`,
        );
      }
      await sleep(LOOK_MS);
    }
  }

  /** Sends one update of each player at a time, so that the time of a player's standing is that of the update. */
  async measureFreshness({ players, rate, seconds }: PipelineLoad) {
    const freshness: Record<Stage, number[]> = {
      'send → queue': [],
      'queue → ledger': [],
      'ledger → standing': [],
      'send → standing': [],
    };
    for (let left = rate * seconds; left > 0; left -= players) {
      const count = Math.min(left, players);
      const sent = await this.send(count, everyPlayer(count), rate);
      await this.settled();
      const applied = await this.#applied();
      for await (const item of this.#scan(this.#stored.ledgerTable)) {
        const times = sent.get(toHistoryUpdate(item).event_id);
        const { player_id, timestamp } = toLedgerUpdate(item);
        const standing = applied.get(player_id);
        if (times === undefined || standing === undefined) continue;
        // The processor can have an update before the response to the sender arrives.
        freshness['send → queue'].push(times.acceptedAtMs - times.calledAtMs);
        freshness['queue → ledger'].push(Math.max(0, timestamp - times.acceptedAtMs));
        freshness['ledger → standing'].push(Math.max(0, standing.atMs - timestamp));
        freshness['send → standing'].push(standing.atMs - times.calledAtMs);
      }
    }
    for (const stage of STAGES) freshness[stage].sort((a, b) => a - b);
    return freshness;
  }

  async #waiting(): Promise<number> {
    const { sqs, queueUrls } = this.#stored;
    const counts = await Promise.all(
      queueUrls.map(async (QueueUrl) => {
        const { Attributes = {} } = await sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl,
            AttributeNames: [
              'ApproximateNumberOfMessages',
              'ApproximateNumberOfMessagesNotVisible',
            ],
          }),
        );
        return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** How far each player is folded into the standings, and when the last update was. */
  async #applied(): Promise<Map<string, { version: number; atMs: number }>> {
    const applied = new Map<string, { version: number; atMs: number }>();
    for await (const item of this.#scan(this.#stored.standingsTable)) {
      const { player_id, version, applied_at } = item as Partial<Record<string, string | number>>;
      if (applied_at === undefined) continue;
      applied.set(String(player_id), { version: Number(version), atMs: Number(applied_at) });
    }
    return applied;
  }

  async *#scan(TableName: string) {
    const pages = paginateScan(
      { client: this.#stored.client },
      { TableName, ConsistentRead: true },
    );
    for await (const { Items = [] } of pages) yield* Items;
  }
}

/** The queues of updates and of standings; their dead-letter queues stay empty. */
async function pipelineQueues(sqs: SQSClient, endpoint: string): Promise<string[]> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  return QueueUrls.filter((url) => url.endsWith('.fifo') && !url.includes('dlq')).map(
    // An engine may list a host that only it knows.
    (url) => endpoint + new URL(url).pathname,
  );
}

type Step = ReturnType<typeof traffic> extends Generator<infer Step> ? Step : never;

let updates = 0;

/** An update of each player. */
function* everyPlayer(players: number): Generator<Step> {
  for (let player = 1; player <= players; player += 1) {
    updates += 1;
    const update = {
      player_id: `player-${player}`,
      event_id: `every-${updates}`,
      game_id: `game-${1 + (player % GAMES)}`,
      score: updates % 5_000,
      update_type: 'score_update' as const,
      occurred_at: new Date().toISOString(),
      metadata: {},
    };
    yield { update, repeat: false };
  }
}

/** The functions, queues and gateways share one process; the engine of DynamoDB is a child of it; this process sends. */
function cpuByProcess(stackPid: number): Map<string, number> | undefined {
  if (!canMeasureCpu()) return undefined;
  const { user, system } = process.cpuUsage();
  const times = cpuTimes(stackPid);
  const sum = (isMeant: (pid: number) => boolean) =>
    times.reduce((total, { pid, cpuMs }) => total + (isMeant(pid) ? cpuMs : 0), 0);
  return new Map([
    ['the stack', sum((pid) => pid === stackPid)],
    ['the DynamoDB engine', sum((pid) => pid !== stackPid)],
    ['the sender', (user + system) / 1_000],
  ]);
}

/** @param services that the stack has @returns reads how many calls there were since, by service and operation, and stops counting */
async function countCalls(
  control: StackControl,
  services: ReadonlySet<string>,
): Promise<() => Promise<Map<string, number>>> {
  const faults = await Promise.all(
    COUNTED.filter(([service]) => services.has(service)).flatMap(([service, operations]) =>
      operations.map((operation) =>
        control.inject({ service, operation, when: 'after', effect: { delay_ms: 0 } }),
      ),
    ),
  );
  return async () => {
    const states = await control.faults();
    for (const fault of faults) await fault.remove();
    return new Map(
      states
        .filter(({ hits }) => hits > 0)
        .map(({ fault, hits }) => [`${fault.service} ${fault.operation}`, hits]),
    );
  };
}
