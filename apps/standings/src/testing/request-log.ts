import type { Capacity, ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface LoggedRequest {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  capacity: readonly ConsumedCapacity[];
}

/** What happens to a request: an error instead of it, or an error instead of its answer. */
export interface Fault {
  readonly when: 'before' | 'after';
  readonly error: Error;
}

export type FaultPlan = (request: LoggedRequest) => Fault | undefined | Promise<Fault | undefined>;

/** Watches a client: what it asks for, what that costs, and what shall go wrong. */
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

  /** Forgets what was asked so far. */
  clear(): void {
    this.requests = [];
  }

  /** How many requests of each kind there were. */
  counts(): Record<string, number> {
    const groups = Map.groupBy(this.requests, ({ name }) => name.replace(/Command$/, ''));
    return Object.fromEntries([...groups].map(([name, requests]) => [name, requests.length]));
  }

  /** Units that the requests of the given kinds took, on the table itself and on its index. */
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

export function isWrite({ name }: LoggedRequest): boolean {
  return name === 'PutItemCommand' || name === 'DeleteItemCommand' || name === 'UpdateItemCommand';
}

/** The sort key of the item that a write is about. */
export function sortKeyOf({ input }: LoggedRequest): string | undefined {
  const item = (input['Item'] ?? input['Key']) as
    Record<string, { S?: string } | undefined> | undefined;
  return item?.['board_window']?.S;
}
