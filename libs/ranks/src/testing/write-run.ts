import { RunWriter, type RunEntry, type RunStore } from '../index.ts';
import type { RunRef } from '@leaderboard/tables';

/** Writes entries, which must be sorted and at least one, as a run of this name. */
export async function writeRun(
  store: RunStore,
  name: string,
  entries: Iterable<RunEntry>,
): Promise<RunRef> {
  const writer = new RunWriter({ store, name, smallBytes: 0 });
  for (const entry of entries) await writer.add(entry);
  const run = await writer.finish();
  if (run === undefined) throw new Error(`The run ${name} has no entries.`);
  return run;
}
