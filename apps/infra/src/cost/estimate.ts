import {
  TARGET_UTILIZATION,
  type CapacityRange,
  type TableCapacity,
} from '../components/dynamodb-table.ts';
import measuredUnits from './measured-units.json' with { type: 'json' };
import priceList from './prices.json' with { type: 'json' };

export type PriceName = keyof typeof priceList.prices;
export type Prices = Readonly<Record<PriceName, { price: number; per: number }>>;
export type MeasuredUnits = typeof measuredUnits;

/** The load of the system. */
export interface Load {
  updatesPerDay: number;
  players: number;
  /** Months since the first update: the ledger grows with each. */
  months: number;
  /** Updates in one batch: 1 while they arrive one by one, up to 10 under load. */
  updatesPerBatch: number;
  /** Billed duration of one invocation, in ms. Not measured on AWS: an assumption. */
  invocationMs: number;
  /** Games that are played: each has its own boards. */
  games: number;
}

/** A function that costs something. */
export interface FunctionParts {
  megabytes: number;
  /** Whether X-Ray records its invocations. */
  traced: boolean;
}

/** The parts of a stack that cost something. */
export interface StackParts {
  /** Metrics that alarms watch: an alarm on the ratio of two metrics costs twice (CloudWatch pricing: alarm metrics). */
  alarmMetrics: number;
  dashboards: number;
  /** Tables whose key is the account's, and not one of AWS. */
  tablesWithBilledKey: number;
  /** Tables with a capacity, by their name without the suffix; the others are billed per request. */
  provisionedTables: Readonly<Record<string, TableCapacity>>;
  /** The functions with a queue. Each handles every update; Lambda polls for each all the time. */
  consumers: readonly FunctionParts[];
  /** Pipes that every update passes. */
  pipes: number;
  /** Runs of schedules in a month, with what they run. */
  scheduledRuns: readonly (FunctionParts & { runs: number })[];
  /** Those of the snapshotter. */
  snapshotRuns: number;
  /** Those of the auditor: each compares a part of the players. */
  auditorRuns: number;
  /** The function that merges logs of ranks when the projector asks for it. */
  compactor: FunctionParts;
  /** Windows of the boards on which all games count, and of the boards of one game. */
  boardWindows: { shared: number; ofGame: number };
  /** Metrics that the functions emit; none while nothing happens. */
  customMetrics: number;
  markerTtlDays: number;
  logRetentionDays: number;
}

export interface CostLine {
  service: string;
  /** The billed unit, with its quantity in a month. */
  what: string;
  dollars: number;
}

const DAYS = 30;
const SECONDS = DAYS * 24 * 3600;
const HOURS = DAYS * 24;
const GIGABYTE = 2 ** 30;

/** Bytes that DynamoDB adds to each item when it bills storage (Amazon DynamoDB pricing: data storage). */
const STORED_ITEM_OVERHEAD_BYTES = 100;
/** Connections that Lambda keeps to an idle queue, and how long each waits (Lambda developer guide: SQS event source). */
const IDLE_POLLERS = 5;
const LONG_POLL_SECONDS = 20;
/** Read units after which a run of the auditor stops (apps/standings: the auditor). */
const AUDIT_READ_UNITS = 1_000;
/** What a read unit reads, eventually consistent, in bytes (DynamoDB developer guide: read consistency). */
const READ_UNIT_BYTES = 2 * 4_096;
/** Of each function X-Ray records one invocation a second, and this part of the rest (Lambda developer guide: X-Ray). */
const TRACED_SHARE = 0.05;
/** A board window that has changed is looked at again for two minutes, by runs a minute apart. */
const LOOKS_AT_CHANGE = 3;
/** DynamoDB requests a table's key once in 5 minutes per caller (DynamoDB developer guide: encryption at rest, usage notes). */
const KEY_REQUESTS_PER_TABLE = SECONDS / 300;

/**
 * The monthly list price of a stack, without free allowances.
 *
 * @example
 * estimateCost({ updatesPerDay: 0, players: 0, months: 1, updatesPerBatch: 1, invocationMs: 100 }, parts, measured, prices);
 */
export function estimateCost(
  load: Load,
  parts: StackParts,
  measured: MeasuredUnits,
  prices: Prices,
): CostLine[] {
  const price = (name: PriceName, quantity: number) =>
    (quantity * prices[name].price) / prices[name].per;
  const updates = load.updatesPerDay * DAYS;
  const batches = updates / load.updatesPerBatch;
  const { burst, oneAtATime } = measured.perUpdate;
  const scenario = load.updatesPerBatch > 1 ? burst : oneAtATime;
  const provisioned = provisionedCapacity(load, parts, measured);
  const isOnDemand = (table: string) => !(table in parts.provisionedTables);
  const writeUnits = updates * sum(scenario.writeUnitsPerUpdate, isOnDemand);
  const readUnits = updates * sum(scenario.readUnitsPerUpdate, isOnDemand);
  const gigabyteSeconds = (invocations: number, megabytes: number) =>
    (invocations * load.invocationMs * megabytes) / 1000 / 1024;
  const { consumers } = parts;
  const invocations = batches * consumers.length;
  const consumed = gigabyteSeconds(batches, total(consumers.map(({ megabytes }) => megabytes)));
  const idlePolls = consumers.length * IDLE_POLLERS * (SECONDS / LONG_POLL_SECONDS);
  const requests = 3 * invocations;
  const runs = total(parts.scheduledRuns.map((scheduled) => scheduled.runs));
  const run = total(
    parts.scheduledRuns.map((scheduled) => gigabyteSeconds(scheduled.runs, scheduled.megabytes)),
  );
  const auditReads = Math.min(
    parts.auditorRuns * AUDIT_READ_UNITS,
    HOURS * walkUnits(load, parts, measured),
  );
  const compactions = updates * measured.compactionsPerUpdate;
  const compacted = gigabyteSeconds(compactions, parts.compactor.megabytes);
  const snapshots = snapshotsOf(updates, load.games, parts, measured);
  const runsWritten = compactions * measured.compaction.s3Writes;
  const runsRead = compactions * measured.compaction.s3Reads + snapshots.s3Reads;
  const stored = storedGigabytes(load, parts, measured);
  const logGigabytes =
    (updates * scenario.logBytesPerUpdate +
      compactions * measured.compaction.logBytes +
      snapshots.logBytes) /
    GIGABYTE;
  const traces = total([
    ...consumers.map(({ traced }) => (traced ? tracedOf(batches) : 0)),
    ...parts.scheduledRuns.map((scheduled) => (scheduled.traced ? tracedOf(scheduled.runs) : 0)),
    parts.compactor.traced ? tracedOf(compactions) : 0,
  ]);
  const idleReads = (SECONDS / 60) * measured.idleMinute.readUnits;
  const keyRequests = parts.tablesWithBilledKey * KEY_REQUESTS_PER_TABLE;
  const emitted = updates > 0 ? parts.customMetrics : 0;

  const line = (service: string, what: string, dollars: number) => ({ service, what, dollars });
  return [
    line(
      'SQS',
      `${count(requests)} requests: send, receive, delete`,
      price('sqsFifoRequest', requests),
    ),
    line(
      'SQS',
      `${count(idlePolls)} empty receives at most, by Lambda's pollers`,
      price('sqsFifoRequest', idlePolls),
    ),
    line(
      'EventBridge',
      `${count(batches * parts.pipes)} batches through pipes`,
      price('pipesRequest', batches * parts.pipes),
    ),
    line('EventBridge', `${count(runs)} scheduled runs`, price('schedulerInvocation', runs)),
    line(
      'Lambda',
      `${count(invocations)} invocations by queues`,
      price('lambdaRequest', invocations),
    ),
    line('Lambda', `${count(consumed)} GB-s of these`, price('lambdaGigabyteSecond', consumed)),
    line('Lambda', `${count(runs)} scheduled invocations`, price('lambdaRequest', runs)),
    line('Lambda', `${count(run)} GB-s of these`, price('lambdaGigabyteSecond', run)),
    line('Lambda', `${count(compactions)} merges of ranks`, price('lambdaRequest', compactions)),
    line('Lambda', `${count(compacted)} GB-s of these`, price('lambdaGigabyteSecond', compacted)),
    line('S3', `${count(runsWritten)} runs of ranks written`, price('s3Write', runsWritten)),
    line('S3', `${count(runsRead)} reads of runs of ranks`, price('s3Read', runsRead)),
    line('DynamoDB', `${count(writeUnits)} write units`, price('dynamodbWriteUnit', writeUnits)),
    line('DynamoDB', `${count(readUnits)} read units`, price('dynamodbReadUnit', readUnits)),
    line(
      'DynamoDB',
      `${count(snapshots.writeUnits)} write units of snapshots at most`,
      price('dynamodbWriteUnit', snapshots.writeUnits),
    ),
    line(
      'DynamoDB',
      `${count(snapshots.readUnits)} read units of snapshots at most`,
      price('dynamodbReadUnit', snapshots.readUnits),
    ),
    line(
      'DynamoDB',
      `${count(idleReads)} read units of schedules that look for work`,
      price('dynamodbReadUnit', idleReads),
    ),
    line(
      'DynamoDB',
      `${count(auditReads)} read units to compare heads with standings`,
      price('dynamodbReadUnit', auditReads),
    ),
    ...(provisioned === undefined
      ? []
      : [
          line(
            'DynamoDB',
            `${count(provisioned.write)} units of write capacity, all month`,
            price('dynamodbWriteCapacityHour', provisioned.write * HOURS),
          ),
          line(
            'DynamoDB',
            `${count(provisioned.read)} units of read capacity, all month`,
            price('dynamodbReadCapacityHour', provisioned.read * HOURS),
          ),
        ]),
    line('DynamoDB', `${stored.toFixed(3)} GB stored`, price('dynamodbStorage', stored)),
    line(
      'DynamoDB',
      `${stored.toFixed(3)} GB of point-in-time recovery`,
      price('dynamodbPointInTimeRecovery', stored),
    ),
    ...(keyRequests === 0
      ? []
      : [
          line(
            'KMS',
            `${count(keyRequests)} requests at most, by DynamoDB for its key`,
            price('kmsRequest', keyRequests),
          ),
        ]),
    line(
      'CloudWatch',
      `${parts.alarmMetrics} metrics with an alarm`,
      price('alarm', parts.alarmMetrics),
    ),
    line('CloudWatch', `${parts.dashboards} dashboard`, price('dashboard', parts.dashboards)),
    line('CloudWatch', `${emitted} metrics at most`, price('customMetric', emitted)),
    line(
      'CloudWatch',
      `${logGigabytes.toFixed(3)} GB of logs written`,
      price('logsIngested', logGigabytes),
    ),
    line(
      'CloudWatch',
      `logs kept ${parts.logRetentionDays} days`,
      price('logsStored', (logGigabytes * parts.logRetentionDays) / DAYS),
    ),
    line('X-Ray', `${count(traces)} traces`, price('xrayTrace', traces)),
  ];
}

/** What the snapshotter takes in a month if each update changes the boards of another game, and each change the top of its boards. */
function snapshotsOf(
  updates: number,
  games: number,
  { snapshotRuns, boardWindows }: StackParts,
  { snapshotRun }: MeasuredUnits,
) {
  const changedIn = (updatesOfRun: number) =>
    boardWindows.shared * Math.min(1, updatesOfRun) +
    boardWindows.ofGame * Math.min(games, updatesOfRun);
  const updatesPerRun = updates / snapshotRuns;
  const written = snapshotRuns * changedIn(updatesPerRun);
  const read = snapshotRuns * changedIn(LOOKS_AT_CHANGE * updatesPerRun);
  const each = (quantity: number) => quantity / snapshotRun.boardWindows;
  return {
    writeUnits: written * each(snapshotRun.writeUnits),
    readUnits: read * each(snapshotRun.readUnits),
    s3Reads: read * each(snapshotRun.s3Reads),
    logBytes: Math.min(snapshotRuns, LOOKS_AT_CHANGE * updates) * snapshotRun.logBytes,
  };
}

/** What auto scaling settles at under a steady load; undefined for a stack that is billed per request. */
function provisionedCapacity(
  { updatesPerDay, updatesPerBatch }: Load,
  { provisionedTables }: StackParts,
  { perUpdate }: MeasuredUnits,
): { write: number; read: number } | undefined {
  const { writeUnitsPerUpdate, readUnitsPerUpdate } =
    updatesPerBatch > 1 ? perUpdate.burst : perUpdate.oneAtATime;
  const tables = Object.entries(provisionedTables);
  if (tables.length === 0) return undefined;
  const updatesPerSecond = (updatesPerDay * DAYS) / SECONDS;
  const settled = ({ min, max }: CapacityRange, unitsPerUpdate: number) => {
    const needed = Math.ceil((updatesPerSecond * unitsPerUpdate * 100) / TARGET_UTILIZATION);
    return Math.min(max, Math.max(min, needed));
  };
  const units = (byTable: Readonly<Record<string, number>>, table: string) => byTable[table] ?? 0;
  return {
    write: total(
      tables.map(([table, { write }]) => settled(write, units(writeUnitsPerUpdate, table))),
    ),
    read: total(tables.map(([table, { read }]) => settled(read, units(readUnitsPerUpdate, table)))),
  };
}

/** Ledger items never expire, markers expire, and each player has a head and standings. */
function storedGigabytes(load: Load, parts: StackParts, measured: MeasuredUnits): number {
  const { itemBytes, standingsBytesPerPlayer } = measured;
  const item = (bytes: number) => bytes + STORED_ITEM_OVERHEAD_BYTES;
  const ledgerItems = load.updatesPerDay * DAYS * load.months;
  const markers = markersOf(load, parts);
  return (
    (ledgerItems * item(itemBytes['leaderboard-data']) +
      markers * item(itemBytes['processed-events']) +
      load.players * (item(itemBytes['processed-events head']) + standingsBytesPerPlayer)) /
    GIGABYTE
  );
}

/** Markers are kept for a while. */
function markersOf({ updatesPerDay, months }: Load, { markerTtlDays }: StackParts): number {
  return updatesPerDay * Math.min(markerTtlDays, DAYS * months);
}

/**
 * Read units that it takes the auditor to compare every player, which it does once an hour at most: all heads and markers, and half a
 * unit for each player.
 */
function walkUnits(load: Load, parts: StackParts, { itemBytes }: MeasuredUnits): number {
  const bytes =
    markersOf(load, parts) * itemBytes['processed-events'] +
    load.players * itemBytes['processed-events head'];
  return bytes / READ_UNIT_BYTES + load.players / 2;
}

function tracedOf(invocations: number): number {
  const first = Math.min(invocations, SECONDS);
  return first + (invocations - first) * TRACED_SHARE;
}

function sum(
  byTable: Readonly<Record<string, number>>,
  isCounted: (table: string) => boolean,
): number {
  const counted = Object.entries(byTable).filter(([table]) => isCounted(table));
  return total(counted.map(([, units]) => units));
}

function total(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
