import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import {
  holeKey,
  HOLES,
  holesAfter,
  HOLES_NOTE_KEY,
  ifAbsent,
  ifHoleIs,
  ifHolesNoteIs,
  STANDINGS_TABLE,
  toHole,
  toHoleItem,
  toHolesNote,
  toHolesNoteItem,
  type Hole,
  type HolesNote,
  type Item,
  type WriteCondition,
} from '@leaderboard/tables';

/** Attempts to note a hole while others note it too. */
const MAX_ATTEMPTS = 5;
/**
 * How long no read is exact after the last hole was closed, in ms. A read may have taken its board before the standing was there,
 * and the notes after the hole was gone: so this is longer than a request to the read API takes, which is 10 s at most by default,
 * and half a second for which it uses a board again.
 */
const CLOSING_MS = 15_000;

export interface HolesOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** An id that no other note has. */
  readonly uniqueId: () => string;
}

/** Other writers kept noting the same hole. */
export class ContendedHoleError extends Error {
  override readonly name = 'ContendedHoleError';
  readonly code = 'ContendedHole';
}

/**
 * The holes in the standings: updates that may never reach them by themselves. A hole is noted before its event is given up, and
 * closed once the standings hold the update, so that no read is exact in between.
 *
 * Readers see one note. It is written after each hole, and ended by who finds no hole after reading it, on the condition that no
 * hole was noted since. So whatever crashes in between, there is no hole without it whose event was given up.
 */
export class Holes {
  readonly #options: HolesOptions;

  constructor(options: HolesOptions) {
    this.#options = options;
  }

  /**
   * Notes a hole. One that is there grows: it lasts until the newer of both versions is folded.
   *
   * @returns the hole as it is now
   * @throws {ContendedHoleError} and whatever the table throws: the event must not be given up then
   */
  async note({ player, version, reason }: Omit<Hole, 'notedAt'>): Promise<Hole> {
    const { now, uniqueId } = this.#options;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const present = await this.of(player);
      const hole: Hole = {
        player,
        version: present === undefined ? version : newer(present.version, version),
        reason,
        notedAt: Math.max(now(), (present?.notedAt ?? 0) + 1),
      };
      if (await this.#put(hole, present)) {
        await this.#putNote({ id: uniqueId(), notedAt: now(), until: undefined });
        return hole;
      }
    }
    throw new ContendedHoleError(
      `Others noted the hole of player ${player} first, ${MAX_ATTEMPTS} times. The next attempt notes it.`,
    );
  }

  /** The hole of a player, strongly consistent. */
  async of(player: string): Promise<Hole | undefined> {
    const { client, tableName } = this.#options;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: holeKey(player), ConsistentRead: true }),
    );
    return Item && toHole(Item);
  }

  /** Some holes, by player, after the one of a player, strongly consistent. */
  async after(player: string, limit: number): Promise<Hole[]> {
    const { client, tableName } = this.#options;
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        Limit: limit,
        ...holesAfter(player),
      }),
    );
    return Items.map(toHole);
  }

  /** All holes, strongly consistent. */
  async all(): Promise<Hole[]> {
    const { client, tableName } = this.#options;
    const holes: Hole[] = [];
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          ...HOLES,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      holes.push(...Items.map(toHole));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return holes;
  }

  /**
   * Closes a hole. Call it only once the standings hold what was missing.
   *
   * @param hole as it was read before the standings were
   * @returns false when it was noted again since, and then it stays
   */
  async close(hole: Hole): Promise<boolean> {
    const { client, tableName } = this.#options;
    const isClosed = await isMet(
      client.send(
        new DeleteCommand({ TableName: tableName, Key: holeKey(hole.player), ...ifHoleIs(hole) }),
      ),
    );
    await this.endNote();
    return isClosed;
  }

  /** Ends the note for readers if there is no hole. {@link close} does that too, unless it is killed before. */
  async endNote(): Promise<void> {
    const { client, tableName, now } = this.#options;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: HOLES_NOTE_KEY, ConsistentRead: true }),
    );
    const note = Item && toHolesNote(Item);
    if (note === undefined || note.until !== undefined) return;
    if ((await this.after('', 1)).length > 0) return;
    await isMet(this.#putNote({ ...note, until: now() + CLOSING_MS }, ifHolesNoteIs(note)));
  }

  /** Closes the hole of a player whose ledger is folded in up to a version, if it is not beyond that. */
  async passed(player: string, version: number): Promise<void> {
    const hole = await this.of(player);
    if (hole?.version !== undefined && hole.version <= version) await this.close(hole);
  }

  async #putNote(note: HolesNote, condition?: WriteCondition): Promise<void> {
    const { client, tableName } = this.#options;
    await client.send(
      new PutCommand({ TableName: tableName, Item: toHolesNoteItem(note), ...condition }),
    );
  }

  #put(hole: Hole, present: Hole | undefined): Promise<boolean> {
    const { client, tableName } = this.#options;
    return isMet(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: toHoleItem(hole),
          ...(present ? ifHoleIs(present) : ifAbsent(STANDINGS_TABLE)),
        }),
      ),
    );
  }
}

/** An unknown version is above all others. */
function newer(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}

/** Whether the condition of a write was met. */
async function isMet(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
