import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { AttributeValue } from './item-size.ts';

/** What one request consumed. */
export interface Consumption {
  operation: string;
  /** Units by table. The operation says whether they are of reads or writes. */
  units: ReadonlyMap<string, number>;
  /** Items that were put, by table. */
  puts: readonly { table: string; item: Item }[];
  /** Items that a batch deleted, by table (count). */
  deletes: ReadonlyMap<string, number>;
}

export interface CapacityProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Returns what was consumed since the last call. */
  take(): Consumption[];
}

/** The operations on items; others consume nothing. */
const ITEM_OPERATIONS =
  /^(?:Get|Put|Update|Delete|BatchGet|BatchWrite|TransactGet|TransactWrite)Items?$|^(?:Query|Scan)$/;

type Item = Readonly<Record<string, AttributeValue>>;

interface ItemRequest {
  /** Of a single PutItem. */
  TableName?: string;
  Item?: Item;
  ReturnConsumedCapacity?: string;
  TransactItems?: { Put?: { TableName: string; Item: Item } }[];
  /** Of BatchWriteItem, which only deletes here, and of BatchGetItem. */
  RequestItems?: Readonly<Record<string, unknown>>;
}

interface TableUnits {
  TableName: string;
  CapacityUnits: number;
}

/** Forwards requests to a DynamoDB engine with `ReturnConsumedCapacity`, and keeps what the responses report. */
export async function startCapacityProxy(engine: string): Promise<CapacityProxy> {
  let consumed: Consumption[] = [];
  const server = createServer((request, response) => {
    void forward(request).then(
      ({ status, body, consumption }) => {
        if (consumption) consumed.push(consumption);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(body);
      },
      (error: unknown) => {
        response.writeHead(502).end(String(error));
      },
    );
  });

  async function forward(request: IncomingMessage) {
    const target = String(request.headers['x-amz-target']);
    const operation = target.split('.').at(-1) ?? '';
    const asked = JSON.parse(await read(request)) as ItemRequest;
    const counts = target.startsWith('DynamoDB_') && ITEM_OPERATIONS.test(operation);
    const response = await fetch(engine, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        // The engine asks for a signature's headers, and checks none.
        authorization: String(request.headers.authorization),
        'x-amz-date': String(request.headers['x-amz-date']),
      },
      body: JSON.stringify(counts ? { ...asked, ReturnConsumedCapacity: 'TOTAL' } : asked),
    });
    const body = await response.text();
    const consumption = counts && response.ok ? consumptionOf(operation, asked, body) : undefined;
    return { status: response.status, body, consumption };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = consumed;
      consumed = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function consumptionOf(operation: string, asked: ItemRequest, body: string): Consumption {
  const { ConsumedCapacity: capacity } = JSON.parse(body) as {
    ConsumedCapacity?: TableUnits | TableUnits[];
  };
  const units = new Map<string, number>();
  for (const { TableName, CapacityUnits } of [capacity ?? []].flat()) {
    units.set(TableName, (units.get(TableName) ?? 0) + CapacityUnits);
  }
  const single =
    asked.TableName && asked.Item ? [{ table: asked.TableName, item: asked.Item }] : [];
  const puts = (asked.TransactItems ?? []).flatMap(({ Put: put }) =>
    put ? [{ table: put.TableName, item: put.Item }] : [],
  );
  const batches = operation === 'BatchWriteItem' ? Object.entries(asked.RequestItems ?? {}) : [];
  const deletes = new Map(batches.map(([table, list]) => [table, (list as unknown[]).length]));
  return { operation, units, puts: [...single, ...puts], deletes };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
