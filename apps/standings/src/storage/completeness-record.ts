import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableIdentity } from '@leaderboard/function';
import {
  COMPLETENESS_RECORD,
  DEPLOYED_SET,
  ifCompletenessIs,
  REGISTERED_BOARDS,
  toCompleteness,
  toCompletenessItem,
  type BoardSetIds,
  type Completeness,
  type TableIds,
} from '@leaderboard/tables';

/**
 * How long an invocation of a projector with former definitions may still write after one with new definitions has
 * begun, in ms: twice the longest timeout that a projector may have.
 */
const SETTLE_MS = 120_000;
/** Attempts to change the record while other writers change it too. */
const MAX_ATTEMPTS = 10;
/** `rebuildRun` of a rebuild under which projectors started with other definitions: no rebuild has this id. */
const OUTDATED_RUN = 'outdated';

/** The ids of the tables. Needs `dynamodb:DescribeTable` on each. */
export async function readTableIds(
  client: DynamoDBClient,
  names: { readonly ledger: string; readonly standings: string; readonly ranks: string },
  signal?: AbortSignal,
): Promise<TableIds> {
  const [ledger, standings, ranks] = await Promise.all([
    tableIdentity(client, names.ledger, signal),
    tableIdentity(client, names.standings, signal),
    tableIdentity(client, names.ranks, signal),
  ]);
  return { ledger, standings, ranks };
}

/** A stack whose boards have never been changed. */
export const DEPLOYED_ONLY: BoardSetIds = { serving: DEPLOYED_SET, building: undefined };

/** Somebody else has changed the sets of boards. */
export class BoardSetsChangedError extends Error {
  override readonly name = 'BoardSetsChangedError';
  readonly code = 'BoardSetsChanged';

  constructor({ serving, building }: BoardSetIds, found: BoardSetIds) {
    super(
      `The boards were changed meanwhile: ${describe(found)}, and not ${describe({ serving, building })}. Look at boards:status and plan again.`,
    );
  }
}

export interface CompletenessRecordOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

type MaybePromise<T> = T | Promise<T>;

/** Other writers kept changing the record. */
export class ContendedRecordError extends Error {
  override readonly name = 'ContendedRecordError';
  readonly code = 'ContendedRecord';
}

/** Reads and changes the record of {@link Completeness} in the standings table. Writers never overwrite what they have not read. */
export class CompletenessRecord {
  readonly #options: CompletenessRecordOptions;

  constructor(options: CompletenessRecordOptions) {
    this.#options = options;
  }

  /** Strongly consistent. */
  async read(signal?: AbortSignal): Promise<Completeness | undefined> {
    const { Items: [item] = [] } = await this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        ConsistentRead: true,
        ...COMPLETENESS_RECORD,
      }),
      { ...(signal && { abortSignal: signal }) },
    );
    return item && toCompleteness(item);
  }

  /**
   * Records under which definitions a projector folds, before it writes anything under them. From then on no board counts
   * as complete that has another definition here: players who play are folded again, and the others are not.
   *
   * @param hashes of the boards of all sets
   * @returns false when there are other sets by now: nothing is claimed then
   * @throws {ContendedRecordError} and whatever the table throws; nothing may be projected then
   */
  async claim(hashes: readonly string[], sets: BoardSetIds): Promise<boolean> {
    let isOfThese = true;
    await this.#update(async (present) => {
      isOfThese = isSame(sets, present?.sets ?? DEPLOYED_ONLY);
      if (!isOfThese) return undefined;
      if (present === undefined) {
        const settledAt = this.#options.now() + ((await this.#isProjectedInto()) ? SETTLE_MS : 0);
        return { ...this.#empty(hashes), settledAt };
      }
      if (present.projected.join() === hashes.join()) return undefined;
      return {
        ...present,
        projected: hashes,
        complete: common(present.complete, hashes),
        settledAt: this.#options.now() + SETTLE_MS,
        rebuildRun: present.rebuildRun === '' ? '' : OUTDATED_RUN,
      };
    });
    return isOfThese;
  }

  /**
   * Announces a set that is to be built beside the one that is served. Projectors fold under both before `settledAt` of the
   * result; the boards that are served stay complete.
   *
   * @param hashes of the boards of both
   * @param serving the set that is served as far as the caller knows
   * @throws {BoardSetsChangedError}
   */
  announce(id: string, hashes: readonly string[], serving: string): Promise<Completeness> {
    return this.#update((present = this.#empty(hashes)) => {
      requireSets(present, { serving, building: undefined });
      return {
        ...present,
        sets: { serving, building: id },
        projected: hashes,
        complete: common(present.complete, hashes),
        settledAt: this.#options.now() + SETTLE_MS,
        rebuildRun: present.rebuildRun === '' ? '' : OUTDATED_RUN,
      };
    });
  }

  /**
   * Marks a set as being built. The boards that are served stay complete meanwhile.
   *
   * @throws {BoardSetsChangedError}
   */
  beginBuild(run: string, sets: BoardSetIds): Promise<Completeness> {
    return this.#update((present) => {
      requireSets(present, sets);
      return { ...present, rebuildRun: run };
    });
  }

  /**
   * Serves the set that was built, and no other.
   *
   * @param hashes of its boards
   * @returns false when they are not complete; nothing is changed then
   * @throws {BoardSetsChangedError}
   */
  async serve(hashes: readonly string[], sets: BoardSetIds): Promise<boolean> {
    let isComplete = false;
    await this.#update((present) => {
      requireSets(present, sets);
      isComplete = hashes.every((hash) => present.complete.includes(hash));
      if (!isComplete) return undefined;
      return this.#only(present, sets.building ?? '', hashes);
    });
    return isComplete;
  }

  /**
   * Gives up the set that is being built.
   *
   * @param hashes of the boards of the set that is served
   * @throws {BoardSetsChangedError}
   */
  async abandon(hashes: readonly string[], sets: BoardSetIds): Promise<void> {
    await this.#update((present) => {
      requireSets(present, sets);
      return this.#only(present, sets.serving, hashes);
    });
  }

  #only(present: Completeness, serving: string, hashes: readonly string[]): Completeness {
    return {
      ...present,
      sets: { serving, building: undefined },
      projected: hashes,
      complete: common(hashes, present.complete),
      // Whoever still folds under more boards than these does them no harm.
      rebuildRun: present.rebuildRun === '' ? '' : OUTDATED_RUN,
    };
  }

  /**
   * Marks the standings as being rebuilt: no board is complete meanwhile.
   *
   * @returns the record as it is now
   */
  async beginRebuild(run: string, hashes: readonly string[]): Promise<Completeness> {
    return this.#update((present) => ({
      ...(present ?? this.#empty(hashes)),
      complete: [],
      rebuildRun: run,
    }));
  }

  /**
   * Records that a rebuild has brought the whole ledger into the standings.
   *
   * @returns false when another rebuild has begun since, or projectors have started with other definitions: what either
   * of them wrote may be overwritten by now, so nothing is complete
   */
  async endRebuild(run: string, hashes: readonly string[], tableIds: TableIds): Promise<boolean> {
    let isMine = false;
    await this.#update((present) => {
      isMine = present?.rebuildRun === run;
      if (present === undefined) return undefined;
      if (!isMine) return { ...present, complete: [] };
      return { ...present, complete: common(hashes, present.projected), tableIds, rebuildRun: '' };
    });
    return isMine;
  }

  /**
   * Records that all boards of a record are complete.
   *
   * @returns false when the record is no longer what was read; nothing is written then
   */
  async complete(read: Completeness, tableIds: TableIds): Promise<boolean> {
    return this.#replace(read, { ...read, complete: read.projected, tableIds });
  }

  async #update(
    change: (present: Completeness | undefined) => MaybePromise<Completeness | undefined>,
  ): Promise<Completeness> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const present = await this.read();
      const next = await change(present);
      if (next === undefined) return present ?? this.#empty([]);
      if (await this.#replace(present, next)) return next;
    }
    throw new ContendedRecordError(
      `Other writers changed the completeness record in ${this.#options.tableName} first, ${MAX_ATTEMPTS} times. Try again.`,
    );
  }

  async #replace(read: Completeness | undefined, next: Completeness): Promise<boolean> {
    const { client, tableName } = this.#options;
    const item = toCompletenessItem({ ...next, revision: (read?.revision ?? 0) + 1 });
    try {
      await client.send(
        new PutCommand({ TableName: tableName, Item: item, ...ifCompletenessIs(read) }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /**
   * Whether standings were ever written to the table. Without a record, a release that kept none wrote them, and its
   * projectors may still run. A board is registered before its first standing.
   */
  async #isProjectedInto(): Promise<boolean> {
    const { Items = [] } = await this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        ConsistentRead: true,
        Limit: 1,
        ...REGISTERED_BOARDS,
      }),
    );
    return Items.length > 0;
  }

  #empty(hashes: readonly string[]): Completeness {
    return {
      sets: DEPLOYED_ONLY,
      projected: hashes,
      complete: [],
      tableIds: { ledger: '', standings: '', ranks: '' },
      settledAt: this.#options.now(),
      rebuildRun: '',
      revision: 0,
    };
  }
}

function isSame(a: BoardSetIds, b: BoardSetIds): boolean {
  return a.serving === b.serving && a.building === b.building;
}

function requireSets(
  present: Completeness | undefined,
  expected: BoardSetIds,
): asserts present is Completeness {
  const found = present?.sets ?? DEPLOYED_ONLY;
  if (present === undefined || !isSame(found, expected)) {
    throw new BoardSetsChangedError(expected, found);
  }
}

function describe({ serving, building }: BoardSetIds): string {
  const served = serving === DEPLOYED_SET ? 'the deployed boards are' : `set ${serving} is`;
  return `${served} served, ${building === undefined ? 'none' : `set ${building}`} is being built`;
}

function common(hashes: readonly string[], others: readonly string[]): string[] {
  return hashes.filter((hash) => others.includes(hash));
}
