import path from 'node:path';
import type { Progress } from '../bench-command.ts';
import { atLeast, atMost, median, type Report } from '../report.ts';
import { THIS_COMMIT, workTreeOf } from './base-commit.ts';
import { measurePipeline, STAGES, type MeasuredPipeline, type PipelineLoad } from './measure.ts';

export interface PipelineBench extends PipelineLoad {
  /** A commit that is measured, too. */
  readonly base?: string;
  readonly rounds: number;
}

/** Requests of all services for an update, in full batches. */
const REQUESTS = 2;
const PERCENTILES = [50, 99];

/**
 * Plays the same updates on the local stack of this commit and of another one, each time on a new stack, in alternating rounds.
 */
export async function comparePipelines(
  options: PipelineBench,
  progress?: Progress,
): Promise<Report> {
  const { base, rounds, ...load } = options;
  const folders = [THIS_COMMIT, ...(base === undefined ? [] : [await workTreeOf(base)])];
  const measured = folders.map((): MeasuredPipeline[] => []);
  for (let round = 0; round < rounds; round += 1) {
    // Neither is always the first: a machine gets slower or quicker within minutes.
    const order = [...folders.keys()];
    if (round % 2 === 0) order.reverse();
    for (const [done, side] of order.entries()) {
      measured[side]?.push(await measurePipeline(folders[side] ?? '', load, round + 1));
      progress?.(round * folders.length + done + 1, rounds * folders.length);
    }
  }
  const names = folders.map((folder, side) => (side === 0 ? 'this commit' : path.basename(folder)));
  return report(names, measured, load);
}

function report(
  names: readonly string[],
  measured: readonly (readonly MeasuredPipeline[])[],
  { updates, players, rate }: PipelineLoad,
): Report {
  const all = measured.flat();
  const row = (name: string, valueOf: (pipeline: MeasuredPipeline) => number | undefined) => {
    const medians = measured.map((rounds) => median(rounds.flatMap((each) => valueOf(each) ?? [])));
    const times = ratio(measured, valueOf);
    return [
      name,
      ...medians.map((value) => (Number.isNaN(value) ? 'not measured' : value)),
      ...(measured.length > 1 ? [Number.isFinite(times) ? times : ''] : []),
    ];
  };
  const processes = new Set(
    all.flatMap(({ cpuMsPerUpdate }) => [...(cpuMsPerUpdate?.keys() ?? [])]),
  );
  const operations = new Set(all.flatMap((each) => [...each.requestsPerUpdate.keys()]));
  return {
    title:
      `The local stack: ${updates.toLocaleString('en')} updates of ${players} players at once; ` +
      `freshness at ${rate} updates a second`,
    columns: ['median of the rounds', ...names, ...(names.length > 1 ? ['times'] : [])],
    rows: [
      row('updates/s', updatesPerSecond),
      row('ms CPU/update, all processes', cpuOfAll),
      ...[...processes].map((name) =>
        row(`  ${name}`, ({ cpuMsPerUpdate }) => cpuMsPerUpdate?.get(name)),
      ),
      row('requests/update', requestsOfAll),
      ...[...operations].map((name) =>
        row(`  ${name}`, ({ requestsPerUpdate }) => requestsPerUpdate.get(name) ?? 0),
      ),
      ...STAGES.flatMap((stage) =>
        PERCENTILES.map((percent) =>
          row(`${stage}, p${percent} in ms`, ({ freshness }) =>
            percentile(freshness[stage], percent),
          ),
        ),
      ),
    ],
    goals: [
      ...(measured.length > 1
        ? [
            atLeast('updates/s', 2, 'times', ratio(measured, updatesPerSecond)),
            atMost('CPU per update', 0.5, 'times', ratio(measured, cpuOfAll)),
          ]
        : []),
      atMost('requests', REQUESTS, 'an update', median((measured[0] ?? []).map(requestsOfAll))),
    ],
  };
}

const updatesPerSecond = (pipeline: MeasuredPipeline) => pipeline.updatesPerSecond;

function cpuOfAll({ cpuMsPerUpdate }: MeasuredPipeline): number | undefined {
  return cpuMsPerUpdate && sum(cpuMsPerUpdate.values());
}

function requestsOfAll({ requestsPerUpdate }: MeasuredPipeline): number {
  return sum(requestsPerUpdate.values());
}

/** The median of the ratios of the rounds. */
function ratio(
  [ours = [], theirs = []]: readonly (readonly MeasuredPipeline[])[],
  valueOf: (pipeline: MeasuredPipeline) => number | undefined,
): number {
  return median(
    ours.map((pipeline, round) => {
      const other = theirs[round];
      return (valueOf(pipeline) ?? NaN) / ((other && valueOf(other)) ?? NaN);
    }),
  );
}

function percentile(ascending: readonly number[], percent: number): number {
  const index = Math.floor((ascending.length * percent) / 100);
  return ascending[Math.min(ascending.length - 1, index)] ?? NaN;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
