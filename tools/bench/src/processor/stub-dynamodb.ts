import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { itemBytes } from '@leaderboard/measure/item-size';
import { HEAD_SORT_KEY, toAttributes, toHeadItem } from '@leaderboard/tables';

/** What the stub was asked for since it was last asked how much. */
export interface Traffic {
  readonly requests: number;
  /** As DynamoDB counts them: 1 for each started KB of a put, 2 within a transaction. */
  readonly writeUnits: number;
}

type Item = Parameters<typeof itemBytes>[0];

interface Request {
  readonly Item?: Item;
  readonly TransactItems?: readonly { readonly Put: { readonly Item: Item } }[];
  readonly RequestItems?: Readonly<
    Record<string, { readonly Keys: readonly Readonly<Record<string, { readonly S: string }>>[] }>
  >;
}

const UNIT_BYTES = 1_024;

/**
 * Answers like a DynamoDB in which every player is known and no event is, so long after each request. Accepts every write.
 *
 * @param delayMs until it answers
 */
function serve(delayMs: number): void {
  // Counted when asked, so that counting takes no time from a response and misses none.
  let received: Request[] = [];
  const server = createServer((request, response) => {
    void Promise.all([json(request), setTimeout(delayMs)]).then(([asked]) => {
      received.push(asked as Request);
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(answer(asked as Request)));
    });
  });

  // The client keeps its connections for the whole run.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
  process.on('message', () => {
    process.send?.(trafficOf(received));
    received = [];
  });
  process.on('disconnect', () => process.exit());
}

function answer({ RequestItems }: Request): unknown {
  if (!RequestItems) return {};
  const found = Object.entries(RequestItems).map(([table, { Keys }]) => {
    const heads = Keys.filter(({ event_id }) => event_id?.S === HEAD_SORT_KEY);
    return [table, heads.map(({ player_id }) => headOf(player_id?.S ?? ''))];
  });
  return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
}

function trafficOf(received: readonly Request[]): Traffic {
  const writeUnits = received.map(({ Item, TransactItems = [] }) =>
    TransactItems.reduce((sum, { Put }) => sum + 2 * units(Put.Item), Item ? units(Item) : 0),
  );
  return { requests: received.length, writeUnits: writeUnits.reduce((sum, each) => sum + each, 0) };
}

function units(item: Item): number {
  return Math.ceil(itemBytes(item) / UNIT_BYTES);
}

/** Older than every message of the run, so that none is superseded. */
function headOf(playerId: string): Item {
  const lastSettled = { sequenceNumber: '1', sentAtMs: 0 };
  return toAttributes(
    toHeadItem(playerId, { version: 1, timestamp: 1, lastSettled }),
  ) as unknown as Item;
}

serve(Number(process.argv[2]));
