import { describeIssues, parseStandingsEvent } from '@leaderboard/contracts';
import { toLedgerUpdate, type LedgerUpdate } from '../ledger-update.ts';
import type { Item } from '../table/attributes.ts';
import { NO_STATE } from '../table/standing-row.ts';
import type { FoldedUpdate } from './progress-recorder.ts';
import { boardWindowsOf, projectPlayer, type PlayerDependencies } from './project-player.ts';

/** What the projector uses of a record that the event source mapping hands over. */
export interface EventRecord {
  readonly messageId: string;
  readonly body: string;
  /** `SentTimestamp`: when the queue accepted it, ms since the epoch as text. */
  readonly attributes: { readonly SentTimestamp: string };
}

export interface BatchDependencies extends PlayerDependencies {
  readonly progress: { record(oldest: FoldedUpdate): Promise<void> };
}

interface PlayerEvent {
  readonly messageId: string;
  readonly arrivedAt: number;
  readonly update: LedgerUpdate;
}

/**
 * Brings one batch into the standings: one read for all players of the batch, then each player on its own. A player
 * that fails goes back to the queue and holds up nobody. A record that is no event goes back alone: its followers need
 * not wait, because versions, and not the order of delivery, say what follows what.
 *
 * @returns message ids that the queue must deliver again
 * @throws whatever the first read throws: the whole batch then goes back
 */
export async function projectBatch(
  records: readonly EventRecord[],
  dependencies: BatchDependencies,
): Promise<string[]> {
  const { catalog, store, observer } = dependencies;
  const { events, invalid } = readEvents(records, dependencies);
  const players = Map.groupBy(events, ({ update }) => update.player_id);
  if (players.size === 0) return invalid;

  const keys = [...players].map(([playerId, group]) => ({
    playerId,
    boardWindows: boardWindowsOf(group.map(updateOf), catalog),
  }));
  const states = await store.readKeys(keys);
  const outcomes = await Promise.all(
    [...players].map(async ([playerId, group]) => {
      try {
        const state = states.get(playerId) ?? NO_STATE;
        const oldest = await projectPlayer(playerId, group.map(updateOf), state, dependencies);
        return { failed: [], oldest: group.find(({ update }) => update.timestamp === oldest) };
      } catch (error) {
        observer.playerFailed(playerId, group.length, error);
        return { failed: group.map(({ messageId }) => messageId), oldest: undefined };
      }
    }),
  );
  await recordProgress(
    outcomes.flatMap(({ oldest }) => oldest ?? []),
    dependencies,
  );
  return [...invalid, ...outcomes.flatMap(({ failed }) => failed)];
}

function readEvents(
  records: readonly EventRecord[],
  { observer }: BatchDependencies,
): { events: PlayerEvent[]; invalid: string[] } {
  const events: PlayerEvent[] = [];
  const invalid: string[] = [];
  for (const { messageId, body, attributes } of records) {
    const parsed = parseStandingsEvent(body);
    if (parsed.valid) {
      const update = toLedgerUpdate(parsed.value.dynamodb.NewImage as Item);
      events.push({ messageId, arrivedAt: Number(attributes.SentTimestamp), update });
    } else {
      observer.invalidRecord(messageId, describeIssues(parsed.issues));
      invalid.push(messageId);
    }
  }
  return { events, invalid };
}

/** Only a note: the standings are right without it. */
async function recordProgress(
  folded: readonly PlayerEvent[],
  { progress, observer }: BatchDependencies,
): Promise<void> {
  const [oldest] = folded.toSorted((a, b) => a.update.timestamp - b.update.timestamp);
  if (oldest === undefined) return;
  const { arrivedAt, update } = oldest;
  try {
    await progress.record({ ledgerTimestamp: update.timestamp, arrivedAt });
  } catch (error) {
    observer.progressFailed(error);
  }
}

function updateOf({ update }: PlayerEvent): LedgerUpdate {
  return update;
}
