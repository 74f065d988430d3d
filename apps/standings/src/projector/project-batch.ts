import { describeIssues, parseStandingsEvent } from '@leaderboard/contracts';
import type { DeadLetter, DeadLetterQueue, QueueRecord } from '@leaderboard/function';
import {
  CorruptItemError,
  fromAttributes,
  HOLE_REASONS,
  toLedgerUpdate,
  type Attributes,
  type Hole,
  type LedgerUpdate,
} from '@leaderboard/tables';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import { NO_STATE, type PlayerState } from '../fold/player-change.ts';
import type { Holes } from '../storage/holes.ts';
import type { MessageVisibility } from './message-visibility.ts';
import { JointWrite } from './joint-write.ts';
import type { FoldedUpdate } from './progress-recorder.ts';
import { projectPlayer, standingKeysOf, type PlayerDependencies } from './project-player.ts';
import { noteReturned, removeNote, type RetryNotes } from './retry-notes.ts';
import { returnRecords, type ReturnedRecords } from './returned-records.ts';

/**
 * Receives of an event after which everything older counts as visible in the ledger. With the pauses between them it has
 * then been known for at least 15 s, and a transaction takes milliseconds.
 */
const RECEIVES_UNTIL_OLD = 5;
/**
 * Receives of an event from which its player has a hole. SQS dead-letters an event after 100 receives, or as few as 10 where that
 * is configured, and tells nobody: so each of the last ones must have noted the hole before it does anything else.
 */
const RECEIVES_UNTIL_HOLE = 8;

export interface BatchDependencies extends Omit<PlayerDependencies, 'catalog'> {
  readonly progress: { record(oldest: FoldedUpdate): Promise<void> };
  readonly deadLetters: DeadLetterQueue;
  readonly visibility: MessageVisibility;
  readonly retries: Pick<RetryNotes, 'returned' | 'succeeded'>;
  readonly holes: Pick<Holes, 'note' | 'passed'>;
  /** The boards to fold under; nothing may be written before it has returned them. */
  readonly boards: () => Promise<BoardCatalog>;
}

interface PlayerEvent {
  readonly record: QueueRecord;
  readonly update: LedgerUpdate;
}

/**
 * Folds one batch into the standings: one read for all players of the batch, then each player separately. A player that
 * fails goes back to the queue, to be received again within seconds, and holds up no other. A record that is no event is
 * dead-lettered, and its player's other records are projected. All records of a player whose ledger has to be read and is
 * damaged are dead-lettered too: no retry could fold them.
 *
 * @returns what the queue must deliver again; the pauses are set already
 */
export async function projectBatch(
  records: readonly QueueRecord[],
  dependencies: BatchDependencies,
): Promise<ReturnedRecords[]> {
  const { events, invalid } = readEvents(records);
  const returned = await Promise.all([
    ...[...Map.groupBy(invalid, ({ record }) => record.messageGroupId)].map(([player, letters]) =>
      deadLetter(letters, { player, version: undefined }, dependencies),
    ),
    projectPlayers(events, dependencies),
  ]);
  const all = returned.flat();
  const hiding = hide(all, dependencies);
  await Promise.all([hiding, ...all.map((group) => noteReturned(group, hiding, dependencies))]);
  return all;
}

function readEvents(records: readonly QueueRecord[]): {
  events: PlayerEvent[];
  invalid: DeadLetter[];
} {
  const events: PlayerEvent[] = [];
  const invalid: DeadLetter[] = [];
  for (const record of records) {
    const parsed = parseStandingsEvent(record.body);
    if (parsed.valid) {
      events.push({
        record,
        update: toLedgerUpdate(fromAttributes(parsed.value.dynamodb.NewImage as Attributes)),
      });
    } else {
      const reason = describeIssues(parsed.issues);
      invalid.push({ record, errorType: 'InvalidMessage', reason });
    }
  }
  return { events, invalid };
}

/**
 * Gives up records of a player, after the hole that they leave is noted.
 *
 * @returns the records of the letters that the dead-letter queue did not accept; all where the hole could not be noted
 */
async function deadLetter(
  letters: readonly DeadLetter[],
  hole: Pick<Hole, 'player' | 'version'>,
  { deadLetters, holes, observer, random }: BatchDependencies,
): Promise<ReturnedRecords[]> {
  const noting = holes.note({ ...hole, reason: HOLE_REASONS.deadLetter });
  const send = async (letter: DeadLetter) => {
    try {
      await noting;
    } catch (error) {
      return { accepted: 0, error };
    }
    return deadLetters.send([letter]);
  };
  const returned = await Promise.all(
    letters.map(async (letter) => {
      const { record, reason } = letter;
      const { accepted, error } = await send(letter);
      if (accepted === 1) {
        observer.deadLettered(record.messageId, reason);
        return [];
      }
      observer.deadLetterFailed(record.messageId, reason, error);
      return [returnRecords([record], undefined, random())];
    }),
  );
  return returned.flat();
}

async function projectPlayers(
  events: readonly PlayerEvent[],
  dependencies: BatchDependencies,
): Promise<ReturnedRecords[]> {
  const { store, random } = dependencies;
  const groups = [...Map.groupBy(events, ({ update }) => update.player_id)].map(
    ([playerId, group]) => ({
      group,
      player: { playerId, oldestTimestamp: Math.min(...group.map(timestampOf)) },
    }),
  );
  if (groups.length === 0) return [];
  const receivedOften = (group: readonly PlayerEvent[], receives: number) =>
    group.some(({ record }) => record.receiveCount >= receives);
  const retried = groups.filter(({ group }) => receivedOften(group, 2));
  const holed = groups.filter(({ group }) => receivedOften(group, RECEIVES_UNTIL_HOLE));

  const beginning = Promise.all([
    dependencies.boards(),
    // The invocation that had them before may have been killed, and this one may be too.
    ...retried.map(({ player }) =>
      noteReturned({ player, pauseSeconds: 0 }, undefined, dependencies),
    ),
    ...holed.map(({ player, group }) =>
      noteHole(player.playerId, newestVersionOf(group), dependencies),
    ),
  ]);
  const reading = beginning.then(async ([catalog]) => {
    const keys = groups.map(({ player, group }) => ({
      playerId: player.playerId,
      standings: standingKeysOf(group.map(updateOf), catalog),
    }));
    return { catalog, states: await store.readKeys(keys) };
  });
  const joint = new JointWrite(store, groups.length);
  const outcomes = await Promise.all(
    groups.map(async ({ player, group }) => ({
      player,
      group,
      ...(await tryToProject(player.playerId, group, reading, joint, dependencies)),
    })),
  );
  const failed = outcomes.filter(({ isDone }) => !isDone);
  const failedPlayers = new Set(failed.map(({ player }) => player));
  await Promise.all([
    recordProgress(
      outcomes.flatMap(({ folded }) => folded ?? []),
      dependencies,
    ),
    ...retried
      .filter(({ player }) => !failedPlayers.has(player))
      .map(({ player }) => removeNote(player.playerId, dependencies)),
    ...outcomes
      .filter(
        ({ isFolded, isRefolded, group }) =>
          isFolded && (isRefolded || receivedOften(group, RECEIVES_UNTIL_HOLE)),
      )
      .map(({ player, group }) => closeHole(player.playerId, newestVersionOf(group), dependencies)),
  ]);
  return failed.map(({ group, player }) =>
    returnRecords(
      group.map(({ record }) => record),
      player,
      random(),
    ),
  );
}

/** The boards to fold under, and what the table holds of the players of a batch. */
interface BatchRead {
  readonly catalog: BoardCatalog;
  readonly states: ReadonlyMap<string, PlayerState>;
}

/**
 * @returns `isDone`: no record goes back; `isFolded`: the standings hold all events; `isRefolded`: from the ledger; `folded`: the
 * oldest event that was new
 */
async function tryToProject(
  playerId: string,
  group: readonly PlayerEvent[],
  reading: Promise<BatchRead>,
  batch: JointWrite,
  dependencies: BatchDependencies,
): Promise<{
  isDone: boolean;
  isFolded: boolean;
  isRefolded: boolean;
  folded?: PlayerEvent | undefined;
}> {
  const old = group.filter(({ record }) => record.receiveCount >= RECEIVES_UNTIL_OLD);
  const events = {
    playerId,
    updates: group.map(updateOf),
    oldVersion: Math.max(0, ...old.map(({ update }) => update.version)),
  };
  const fail = (error: unknown) => {
    dependencies.observer.playerFailed(playerId, group.length, error);
    return { isDone: false, isFolded: false, isRefolded: false };
  };
  const joint = batch.join();
  let read: BatchRead;
  try {
    read = await reading;
  } catch (error) {
    // Not the fault of one player: whatever the error is, no record may be dead-lettered for it.
    return fail(error);
  }
  try {
    const { catalog, states } = read;
    const state = states.get(playerId) ?? NO_STATE;
    const { oldest, isRefolded } = await projectPlayer(events, state, joint, {
      ...dependencies,
      catalog,
    });
    const folded = group.find((event) => timestampOf(event) === oldest);
    return { isDone: true, isFolded: true, isRefolded, folded };
  } catch (error) {
    if (!(error instanceof CorruptItemError)) return fail(error);
    const reason = error.message;
    const letters = group.map(({ record }): DeadLetter => ({
      record,
      errorType: 'RecordRefused',
      reason,
    }));
    const hole = { player: playerId, version: newestVersionOf(group) };
    const unsent = await deadLetter(letters, hole, dependencies);
    return { isDone: unsent.length === 0, isFolded: false, isRefolded: false };
  } finally {
    joint.leave();
  }
}

/** Never throws: the next receive notes it, and the retry note holds until then. */
async function noteHole(
  player: string,
  version: number,
  { holes, observer }: BatchDependencies,
): Promise<void> {
  try {
    await holes.note({ player, version, reason: HOLE_REASONS.manyReceives });
  } catch (error) {
    observer.holeFailed(player, error);
  }
}

/** Never throws: a hole that is left is the auditor's. */
async function closeHole(
  player: string,
  version: number,
  { holes, observer }: BatchDependencies,
): Promise<void> {
  try {
    await holes.passed(player, version);
  } catch (error) {
    observer.holeLeft(player, error);
  }
}

/** Without it the records are received again after the visibility timeout of their queue. */
async function hide(
  returned: readonly ReturnedRecords[],
  { visibility, observer }: BatchDependencies,
): Promise<void> {
  if (returned.length === 0) return;
  const messages = returned.flatMap(({ records, pauseSeconds }) =>
    records.map(({ receiptHandle }) => ({ receiptHandle, seconds: pauseSeconds })),
  );
  try {
    await visibility.hide(messages);
  } catch (error) {
    observer.pauseFailed(messages.length, error);
  }
}

async function recordProgress(
  folded: readonly PlayerEvent[],
  dependencies: BatchDependencies,
): Promise<void> {
  const [oldest] = folded.toSorted((a, b) => timestampOf(a) - timestampOf(b));
  if (oldest === undefined) return;
  const { record, update } = oldest;
  try {
    await dependencies.progress.record({
      ledgerTimestamp: update.timestamp,
      arrivedAt: record.sentAtMs,
    });
  } catch (error) {
    // The standings are correct without it.
    dependencies.observer.progressFailed(error);
  }
}

function updateOf({ update }: PlayerEvent): LedgerUpdate {
  return update;
}

function timestampOf({ update }: PlayerEvent): number {
  return update.timestamp;
}

function newestVersionOf(events: readonly PlayerEvent[]): number {
  return Math.max(...events.map(({ update }) => update.version));
}
