import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RanksTable, RunStore } from '@leaderboard/ranks';
import { closedWindowsOf, toClosedWindow, type Item, type Stack } from '@leaderboard/tables';

/** Age from which a run that no head names is deleted, in ms: every request that may still read it has ended long before. */
const KEPT_MS = 24 * 60 * 60_000;
/** Share of the runs of the schedule, one a minute, that delete runs: about once a day, and no minute of the day is special. */
const COLLECTING_RUNS = 1 / 1_440;

export interface CollectRunsDependencies {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly ranks: RanksTable;
  readonly store: RunStore;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Age from which a run that no head names is deleted, in ms. @default a day */
  readonly keptMs?: number;
}

/** @param random in [0, 1) */
export function isTimeToCollect(random: number): boolean {
  return random < COLLECTING_RUNS;
}

/**
 * Deletes the runs that no head names. The objects are listed first and the heads read after that, so that a run that was
 * written meanwhile is not among them.
 *
 * @returns runs deleted
 */
export async function collectRuns(dependencies: CollectRunsDependencies): Promise<number> {
  const { store, ranks, now, keptMs = KEPT_MS } = dependencies;
  const old = new Map<string, string[]>();
  for await (const { name, writtenAt } of store.list()) {
    if (now() - writtenAt < keptMs) continue;
    const partition = name.slice(0, name.lastIndexOf('/'));
    const names = old.get(partition);
    if (names === undefined) old.set(partition, [name]);
    else names.push(name);
  }
  let deleted = 0;
  for (const [partition, names] of old) {
    const head = await ranks.head(partition);
    const stacks = [...head.windows.values(), ...(await closedStacks(partition, dependencies))];
    const named = new Set(stacks.flat().map((run) => ('text' in run ? '' : run.name)));
    for (const name of names) {
      if (named.has(name)) continue;
      await store.delete(name);
      deleted += 1;
    }
  }
  return deleted;
}

async function closedStacks(
  partition: string,
  { client, tableName }: CollectRunsDependencies,
): Promise<Stack[]> {
  const stacks: Stack[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...closedWindowsOf(partition),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const item of page.Items ?? []) stacks.push(toClosedWindow(item).stack);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return stacks;
}
