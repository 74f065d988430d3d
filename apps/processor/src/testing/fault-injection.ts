import {
  DynamoDBServiceException,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  type DynamoDBClient,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  PutCommandInput,
  QueryCommandInput,
  TransactGetCommandInput,
} from '@aws-sdk/lib-dynamodb';

/** A request on its way to DynamoDB. */
export type Request =
  | { readonly name: 'BatchGetItemCommand'; readonly input: BatchGetCommandInput }
  | { readonly name: 'QueryCommand'; readonly input: QueryCommandInput }
  | { readonly name: 'PutItemCommand'; readonly input: PutCommandInput }
  | { readonly name: 'TransactGetItemsCommand'; readonly input: TransactGetCommandInput }
  | { readonly name: 'TransactWriteItemsCommand'; readonly input: TransactWriteItemsCommandInput };

/** What happens to a request: an error instead of it, an error instead of its response, or another response. */
export type Fault =
  | { readonly when: 'before' | 'after'; readonly error: Error }
  | { readonly when: 'instead'; readonly output: BatchGetCommandOutput };

export type FaultPlan = (request: Request) => Fault | undefined;

/** Puts a fault plan between a client and DynamoDB, and records the requests. */
export class FaultInjector {
  plan: FaultPlan = () => undefined;
  readonly requests: Request[] = [];
  /** Requests without a response yet. */
  underWay = 0;

  watch(client: DynamoDBClient): DynamoDBClient {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const request = { name: context.commandName, input: args.input } as Request;
        this.requests.push(request);
        const fault = this.plan(request);
        if (fault?.when === 'before') throw fault.error;
        if (fault?.when === 'instead') return { output: fault.output, response: undefined };
        this.underWay += 1;
        const result = await next(args).finally(() => {
          this.underWay -= 1;
        });
        if (fault) throw fault.error;
        return result;
      },
      { step: 'initialize', name: 'faultInjector' },
    );
    return client;
  }
}

/** Event ids whose ledger items or markers the request writes. */
export function eventIdsOf(request: Request): string[] {
  if (request.name !== 'TransactWriteItemsCommand') return [];
  return (request.input.TransactItems ?? []).flatMap(({ Put }) => {
    const eventId = Put?.Item?.['event_id']?.S;
    return Put?.Item?.['message_id'] && eventId ? [eventId] : [];
  });
}

/** Whether it brings updates into the ledger. */
export function isWrite(request: Request): boolean {
  return request.name === 'TransactWriteItemsCommand';
}

export function timeout(): Error {
  return Object.assign(new Error('Connection timed out'), { name: 'TimeoutError' });
}

export function throttle(): Error {
  return new ProvisionedThroughputExceededException({
    message: 'The request was throttled',
    $metadata: { httpStatusCode: 400 },
  });
}

export function validationException(): Error {
  return new DynamoDBServiceException({
    name: 'ValidationException',
    message: 'Item size has exceeded the maximum allowed size',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
}

/** A cancelled transaction in which every item of these events carries the code. */
export function cancellation(request: Request, eventIds: readonly string[], code: string): Error {
  const items = (request.input as TransactWriteItemsCommandInput).TransactItems ?? [];
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: items.map(({ Put }) =>
      eventIds.includes(Put?.Item?.['event_id']?.S ?? '')
        ? { Code: code, Message: `injected ${code}` }
        : { Code: 'None' },
    ),
  });
}
