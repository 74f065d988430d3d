import {
  API_METRICS,
  INTAKE_METRICS,
  PROCESSOR_METRICS,
  STANDINGS_METRICS,
} from '@leaderboard/contracts/metrics';

import { parseBoardDefinitions } from '@leaderboard/ranking';

import { boardDefinitionsText } from '../config/board-definitions.ts';
import type { TableCapacity } from '../components/dynamodb-table.ts';
import type { StackConfig } from '../config/stack-config.ts';
import type { DeclaredResource, ResourceGraph } from '../graph/resource-graph.ts';
import type { FunctionParts, StackParts } from './estimate.ts';

const MINUTES_OF_MONTH = 30 * 24 * 60;

/** The parts of the program that cost something. */
export function stackParts(graph: ResourceGraph, config: StackConfig): StackParts {
  const numberOf = (type: string) => graph.ofType(type).length;
  return {
    alarmMetrics: alarmMetrics(graph),
    dashboards: numberOf('aws:cloudwatch/dashboard:Dashboard'),
    tablesWithBilledKey: tablesWithBilledKey(graph),
    provisionedTables: provisionedTables(graph, config),
    consumers: consumersOf(graph).map(functionParts),
    pipes: numberOf('aws:pipes/pipe:Pipe'),
    scheduledRuns: graph.ofType('aws:scheduler/schedule:Schedule').map((schedule) => ({
      runs: MINUTES_OF_MONTH / minutesBetweenRuns(schedule),
      ...functionParts(targetOf(schedule, graph)),
    })),
    snapshotRuns: MINUTES_OF_MONTH / config.snapshotEveryMinutes,
    auditorRuns: MINUTES_OF_MONTH / config.auditEveryMinutes,
    compactor: functionParts(compactorOf(graph)),
    boardWindows: boardWindowsOf(config),
    customMetrics: [PROCESSOR_METRICS, STANDINGS_METRICS, API_METRICS, INTAKE_METRICS].flatMap(
      Object.values,
    ).length,
    markerTtlDays: config.markerTtlDays,
    logRetentionDays: config.logRetentionDays,
  };
}

function functionParts(fn: DeclaredResource | undefined): FunctionParts {
  const tracing = fn?.inputs['tracingConfig'] as { mode: string } | undefined;
  return { megabytes: Number(fn?.inputs['memorySize'] ?? 0), traced: tracing?.mode === 'Active' };
}

/** Windows of the boards on which all games count, and of the boards of one game. */
function boardWindowsOf({ boardDefinitionsFile }: StackConfig): StackParts['boardWindows'] {
  const { boards } = parseBoardDefinitions(JSON.parse(boardDefinitionsText(boardDefinitionsFile)));
  const windowsOf = (scope: string) =>
    boards
      .filter((board) => board.scope === scope)
      .reduce((windows, board) => windows + board.windows.length, 0);
  return { shared: windowsOf('all_games'), ofGame: windowsOf('per_game') };
}

/** Functions whose invocations are not in the estimate; the report names them. */
export function functionsLeftOut(graph: ResourceGraph): string[] {
  const schedules = graph.ofType('aws:scheduler/schedule:Schedule');
  const known = [...consumersOf(graph), ...schedules.map((schedule) => targetOf(schedule, graph))];
  return graph
    .ofType('aws:lambda/function:Function')
    .filter((fn) => !known.includes(fn))
    .map(({ inputs }) => String(inputs['name']));
}

/** Tables whose key is the account's: KMS bills its use. */
function tablesWithBilledKey(graph: ResourceGraph): number {
  return graph.ofType('aws:dynamodb/table:Table').filter(({ inputs }) => {
    const encryption = inputs['serverSideEncryption'] as { enabled?: boolean } | undefined;
    return encryption?.enabled === true;
  }).length;
}

/** The tables with a capacity, and between what it scales. */
function provisionedTables(
  graph: ResourceGraph,
  { environmentSuffix }: StackConfig,
): StackParts['provisionedTables'] {
  const tables: Record<string, TableCapacity> = {};
  for (const { inputs } of graph.ofType('aws:appautoscaling/target:Target')) {
    const physicalName = String(inputs['resourceId']).replace('table/', '');
    const name = physicalName.replace(new RegExp(`-${environmentSuffix}$`), '');
    const range = { min: Number(inputs['minCapacity']), max: Number(inputs['maxCapacity']) };
    const none = { min: 0, max: 0 };
    const table = (tables[name] ??= { write: none, read: none });
    if (String(inputs['scalableDimension']).includes('Write')) table.write = range;
    else table.read = range;
  }
  return tables;
}

/** Application Auto Scaling creates them for each policy of a table: utilization and capacity, each too high and too low. */
const ALARMS_OF_SCALING_POLICY = 4;

/** A plain alarm watches one metric, an alarm on an expression all metrics in it. */
function alarmMetrics(graph: ResourceGraph): number {
  const watched = graph
    .ofType('aws:cloudwatch/metricAlarm:MetricAlarm')
    .map(({ inputs }) => (inputs['metricQueries'] ?? [{ metric: {} }]) as { metric?: unknown }[]);
  const scaling =
    graph.ofType('aws:appautoscaling/policy:Policy').length * ALARMS_OF_SCALING_POLICY;
  return watched.flat().filter(({ metric }) => metric !== undefined).length + scaling;
}

/** The functions with a queue. */
function consumersOf(graph: ResourceGraph): DeclaredResource[] {
  return graph
    .ofType('aws:lambda/eventSourceMapping:EventSourceMapping')
    .flatMap(({ inputs }) => functionOf(inputs['functionName'], graph) ?? []);
}

/** The function that merges the logs of ranks: by its schedule, and whenever the projector starts it. */
function compactorOf(graph: ResourceGraph): DeclaredResource | undefined {
  return graph.ofType('aws:lambda/function:Function').find((fn) => isNamed(fn, 'rank-compactor'));
}

function isNamed(fn: DeclaredResource | undefined, name: string): boolean {
  return String(fn?.inputs['name']).startsWith(`${name}-`);
}

function targetOf(schedule: DeclaredResource, graph: ResourceGraph): DeclaredResource | undefined {
  return functionOf((schedule.inputs['target'] as { arn?: unknown } | undefined)?.arn, graph);
}

function functionOf(arn: unknown, graph: ResourceGraph): DeclaredResource | undefined {
  const name = String(arn).split(':').at(-1);
  return graph.ofType('aws:lambda/function:Function').find(({ inputs }) => inputs['name'] === name);
}

/** @throws Error for an expression that is not a rate in minutes. */
function minutesBetweenRuns({ name, inputs }: DeclaredResource): number {
  const minutes = /^rate\((\d+) minutes?\)$/.exec(String(inputs['scheduleExpression']))?.[1];
  if (minutes === undefined) {
    throw new Error(
      `Schedule ${name} is not a rate in minutes, so its runs cannot be counted: ${String(inputs['scheduleExpression'])}`,
    );
  }
  return Number(minutes);
}
