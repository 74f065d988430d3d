import {
  TransactionCanceledException,
  ConditionalCheckFailedException,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RANKS_TABLE, STANDINGS_TABLE, type Item, type TableDefinition } from '@leaderboard/tables';
import type { Actor, World } from './world.ts';

/** A request was not answered; it may take effect nevertheless, now or later. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

const DEFINITIONS: Readonly<Record<string, TableDefinition>> = {
  standings: STANDINGS_TABLE,
  ranks: RANKS_TABLE,
};

interface Write {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/** A transaction is visible as a whole after less than half of the time from which projectors take that for granted. */
const LONGEST_PAUSE_MS = 4_000;

/** What an item is, and whether a transaction on it is under way. */
interface Cell {
  item: Item | undefined;
  isLocked: boolean;
}

export interface Troubles {
  /** Share of the writes whose answer is lost. */
  readonly lostAnswers: number;
  /** Share of the deletes of a batch that are throttled. */
  readonly throttledDeletes: number;
  /** Items of one page of a query, at most. */
  readonly pageSize: number;
}

/**
 * Two tables of DynamoDB, with what its documentation allows and local engines do not do: the items of a transaction become visible one
 * by one, the pages of a query are of different moments, answers of committed writes are lost, writes land late.
 */
export class SimulatedTables {
  readonly #world: World;
  readonly #troubles: () => Troubles;
  readonly #cells = new Map<string, Cell>();

  /** @param troubles are asked for each request, so that they can end */
  constructor(world: World, troubles: () => Troubles) {
    this.#world = world;
    this.#troubles = troubles;
  }

  /** The client of one actor. */
  client(actor: Actor): DynamoDBDocumentClient {
    const send = async (command: { input: unknown; constructor: { name: string } }) => {
      await this.#pause(actor, this.#world.chance(0.02) ? LONGEST_PAUSE_MS : 0);
      const name = command.constructor.name.replace(/Command$/, '');
      const response = await this.#respond(name, command.input as never, actor);
      await this.#world.turn(actor);
      return response;
    };
    return { send } as unknown as DynamoDBDocumentClient;
  }

  /** One turn, or up to many: a process that is slow, a partition that is behind. */
  async #pause(actor: Actor, longestMs: number): Promise<void> {
    const until = this.#world.nowMs + this.#world.below(longestMs);
    do await this.#world.turn(actor);
    while (this.#world.nowMs < until);
  }

  /** Everything in a table, as it is committed. */
  all(table: string): Item[] {
    return [...this.#cells]
      .filter(([key]) => key.startsWith(`${table} `))
      .flatMap(([, { item }]) => (item === undefined ? [] : [item]));
  }

  async #respond(name: string, input: never, actor: Actor): Promise<unknown> {
    switch (name) {
      case 'Get':
        return { Item: this.#cell((input as Write).TableName, (input as Write).Key ?? {}).item };
      case 'BatchGet':
        return this.#batchGet(input);
      case 'Query':
        return this.#query(input);
      case 'TransactGet':
        return this.#transactGet(input);
      case 'Put':
      case 'Delete':
        return this.#unreliably(async () => {
          this.#write(input);
        });
      case 'BatchWrite':
        return this.#batchWrite(input);
      case 'TransactWrite':
        return this.#unreliably(() => this.#transactWrite(input, actor));
      default:
        throw new Error(`The simulated tables have no ${name}.`);
    }
  }

  /** The write takes effect and is answered, or is not answered and takes effect now, later or never. */
  async #unreliably(write: () => Promise<void>): Promise<object> {
    if (!this.#world.chance(this.#troubles().lostAnswers)) {
      await write();
      return {};
    }
    if (this.#world.chance(0.7)) {
      const delay = this.#world.below(30);
      this.#world.spawn('late write', async (tables) => {
        for (let turn = 0; turn < delay; turn += 1) await this.#world.turn(tables);
        await write().catch(() => undefined);
      });
    }
    throw new TimeoutError('No answer in 3 s.');
  }

  #batchGet({ RequestItems }: { RequestItems: Record<string, { Keys: Item[] }> }): object {
    const [entry] = Object.entries(RequestItems);
    const [table, { Keys }] = entry ?? ['', { Keys: [] }];
    const unread = Keys.length > 1 && this.#world.chance(0.1) ? Keys.slice(1) : [];
    const read = Keys.filter((key) => !unread.includes(key));
    return {
      Responses: {
        [table]: read
          .map((key) => this.#cell(table, key).item)
          .filter((item) => item !== undefined),
      },
      UnprocessedKeys: unread.length > 0 ? { [table]: { Keys: unread } } : {},
    };
  }

  /** One page; the next one is read when it is asked for. */
  #query({
    TableName,
    ScanIndexForward,
    ExclusiveStartKey,
    ExpressionAttributeValues,
  }: {
    TableName: string;
    ScanIndexForward?: boolean;
    ExclusiveStartKey?: Item;
    ExpressionAttributeValues: { ':pk': string };
  }): object {
    const { partitionKey, sortKey } = DEFINITIONS[TableName] ?? STANDINGS_TABLE;
    const nameOf = (item: Item) => String(item[sortKey?.name ?? '']);
    const isForward = ScanIndexForward !== false;
    const items = this.all(TableName)
      .filter((item) => item[partitionKey.name] === ExpressionAttributeValues[':pk'])
      .toSorted((a, b) => (nameOf(a) < nameOf(b) === isForward ? -1 : 1))
      .filter((item) => {
        if (ExclusiveStartKey === undefined) return true;
        const start = nameOf(ExclusiveStartKey);
        return isForward ? nameOf(item) > start : nameOf(item) < start;
      });
    const page = items.slice(0, 1 + this.#world.below(this.#troubles().pageSize));
    const last = page.at(-1);
    return {
      Items: page,
      ...(items.length > page.length && last && { LastEvaluatedKey: last }),
    };
  }

  /** Serializable: it fails while a transaction on one of the items is under way. */
  #transactGet({ TransactItems }: { TransactItems: { Get: Write }[] }): object {
    const cells = TransactItems.map(({ Get }) => this.#cell(Get.TableName, Get.Key ?? {}));
    if (cells.some(({ isLocked }) => isLocked)) {
      throw canceled(cells.map(({ isLocked }) => (isLocked ? 'TransactionConflict' : 'None')));
    }
    return { Responses: cells.map(({ item }) => ({ Item: item })) };
  }

  async #transactWrite(
    { TransactItems }: { TransactItems: { Put?: Write; Delete?: Write }[] },
    actor: Actor,
  ): Promise<void> {
    const writes = TransactItems.map(({ Put, Delete }) => Put ?? Delete ?? { TableName: '' });
    const cells = writes.map((write) => this.#cellOf(write));
    const codes = writes.map((write, index) => {
      const cell = cells[index];
      if (cell?.isLocked === true) return 'TransactionConflict';
      return isMet(write, cell?.item) ? 'None' : 'ConditionalCheckFailed';
    });
    if (codes.some((code) => code !== 'None')) throw canceled(codes);
    for (const cell of cells) cell.isLocked = true;
    // The transaction is decided. Its items become visible in any order, whatever happens to whom sent it.
    const order = writes.map((_, index) => index).sort(() => this.#world.random() - 0.5);
    const slow = this.#world.chance(0.4) ? this.#world.below(writes.length) : undefined;
    await new Promise<void>((resolve) => {
      this.#world.spawn(
        `transaction of ${actor.name}`,
        async (tables) => {
          for (const index of order) {
            await this.#pause(tables, index === slow ? LONGEST_PAUSE_MS : 0);
            const cell = cells[index];
            if (cell) cell.item = writes[index]?.Item;
          }
          for (const cell of cells) cell.isLocked = false;
        },
        () => {
          resolve();
        },
      );
    });
  }

  #batchWrite({
    RequestItems,
  }: {
    RequestItems: Record<string, { DeleteRequest: { Key: Item } }[]>;
  }): object {
    const unprocessed: Record<string, object[]> = {};
    for (const [table, requests] of Object.entries(RequestItems)) {
      for (const request of requests) {
        const cell = this.#cell(table, request.DeleteRequest.Key);
        const isThrottled = this.#world.chance(this.#troubles().throttledDeletes);
        if (cell.isLocked || isThrottled) (unprocessed[table] ??= []).push(request);
        else cell.item = undefined;
      }
    }
    return { UnprocessedItems: unprocessed };
  }

  #write(write: Write): void {
    const cell = this.#cellOf(write);
    if (cell.isLocked || !isMet(write, cell.item)) {
      throw new ConditionalCheckFailedException({ message: 'The condition failed', $metadata: {} });
    }
    cell.item = write.Item;
  }

  #cellOf({ TableName, Item: item, Key }: Write): Cell {
    return this.#cell(TableName, Key ?? item ?? {});
  }

  #cell(table: string, key: Item): Cell {
    const { partitionKey, sortKey } = DEFINITIONS[table] ?? STANDINGS_TABLE;
    const name = `${table} ${String(key[partitionKey.name])} ${String(key[sortKey?.name ?? ''])}`;
    let cell = this.#cells.get(name);
    if (cell === undefined) this.#cells.set(name, (cell = { item: undefined, isLocked: false }));
    return cell;
  }
}

function canceled(codes: readonly string[]): TransactionCanceledException {
  return new TransactionCanceledException({
    message: `Transaction cancelled: ${codes.join(', ')}`,
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
}

/** Conditions as the tables write them: alternatives of an absent item and of one comparison. */
function isMet(
  { ConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Write,
  item: Item | undefined,
): boolean {
  if (ConditionExpression === undefined) return true;
  return ConditionExpression.split(' OR ').some((alternative) => {
    if (alternative.startsWith('attribute_not_exists(')) return item === undefined;
    const [, name = '', operator, value = ''] = /^(\S+) ([=<]) (\S+)$/.exec(alternative) ?? [];
    const left = item?.[ExpressionAttributeNames[name] ?? name];
    const right = ExpressionAttributeValues[value];
    if (operator === undefined) throw new Error(`Unknown condition ${ConditionExpression}`);
    return item !== undefined && (operator === '=' ? left === right : Number(left) < Number(right));
  });
}
