import type { Capacity, ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface LoggedRequest {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  capacity: readonly ConsumedCapacity[];
}

/** What happens to a request: an error instead of it, or an error instead of its response. */
export interface Fault {
  readonly when: 'before' | 'after';
  readonly error: Error;
}

export type FaultPlan = (request: LoggedRequest) => Fault | undefined | Promise<Fault | undefined>;

/** Watches a client: records its requests and what they cost, and makes requests fail as planned. */
export class RequestLog {
  plan: FaultPlan = () => undefined;
  requests: LoggedRequest[] = [];

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const input = { ...(args.input as object), ReturnConsumedCapacity: 'INDEXES' };
        const request: LoggedRequest = { name: context.commandName ?? '', input, capacity: [] };
        this.requests.push(request);
        const fault = await this.plan(request);
        if (fault?.when === 'before') throw fault.error;
        const result = await next({ ...args, input: input as never });
        const { ConsumedCapacity: capacity = [] } = result.output as {
          ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
        };
        request.capacity = [capacity].flat();
        if (fault) throw fault.error;
        return result;
      },
      { step: 'initialize', name: 'requestLog' },
    );
  }

  /** Drops the requests recorded so far. */
  clear(): void {
    this.requests = [];
  }

  /** Requests of each kind (count). */
  counts(): Record<string, number> {
    const groups = Map.groupBy(this.requests, ({ name }) => name.replace(/Command$/, ''));
    return Object.fromEntries([...groups].map(([name, requests]) => [name, requests.length]));
  }

  /** Capacity units of the chosen requests, on the table itself and on its index. */
  units(isCounted: (request: LoggedRequest) => boolean): { table: number; index: number } {
    const capacity = this.requests.filter(isCounted).flatMap((request) => request.capacity);
    const sum = (values: (Capacity | undefined)[]) =>
      values.reduce((total, value) => total + (value?.CapacityUnits ?? 0), 0);
    const index = sum(
      capacity.flatMap(({ GlobalSecondaryIndexes: all = {} }) => Object.values(all)),
    );
    return { table: sum(capacity) - index, index };
  }
}

const WRITES = new Set([
  'PutItemCommand',
  'DeleteItemCommand',
  'UpdateItemCommand',
  'TransactWriteItemsCommand',
]);

export function isWrite({ name }: LoggedRequest): boolean {
  return WRITES.has(name);
}

/** The keys of the item that a write of the standings is about; of a transaction, the first one. */
export function keyOf({ input }: LoggedRequest): { player_id?: string; board_window?: string } {
  const [first] = (input['TransactItems'] ?? []) as { Put?: { Item?: object } }[];
  return (input['Item'] ?? input['Key'] ?? first?.Put?.Item ?? {}) as ReturnType<typeof keyOf>;
}

/** The process has died: no more requests leave it. */
export class Crash extends Error {}

/** Kills the process at its n-th write (from 1), before or after the write takes place. No request of it succeeds then. */
export function crashAtWrite(log: RequestLog, writeNumber: number, when: 'before' | 'after'): void {
  let writes = 0;
  let isDead = false;
  log.plan = (request) => {
    if (isDead) return { when: 'before', error: new Crash() };
    if (!isWrite(request)) return undefined;
    writes += 1;
    if (writes < writeNumber) return undefined;
    isDead = true;
    return { when, error: new Crash() };
  };
}
