import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the commands read from an AWS account; a test changes it. */
export interface FakeAccountState {
  accountId: string;
  /** Concurrent executions of Lambda. */
  quota: number;
  /** Tags of the ledger; undefined: there is no such table. */
  ledgerTags: Record<string, string> | undefined;
  /** Role with which API Gateway writes logs. */
  logRoleArn: string | undefined;
  /** Messages in each queue. */
  messages: number;
}

export interface FakeAccount extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL`. */
  url: string;
  state: FakeAccountState;
  /** The operations that were called. */
  calls: string[];
}

interface Response {
  status?: number;
  body: object;
}

/** Responds as API Gateway, Lambda, DynamoDB and SQS do to what the commands ask, on the loopback interface. */
export async function startFakeAccount(): Promise<FakeAccount> {
  const state: FakeAccountState = {
    accountId: '123456789012',
    quota: 1000,
    ledgerTags: undefined,
    logRoleArn: undefined,
    messages: 0,
  };
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((input) => {
      const operation = operationOf(request);
      calls.push(operation);
      const { status = 200, body } = respond(operation, input, state);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The operation of a JSON protocol stands in a header, Lambda's in the path. */
function operationOf({ headers, url = '' }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string'
    ? (target.split('.').at(-1) ?? target)
    : (url.split('/').at(-1) ?? url);
}

function respond(operation: string, input: string, state: FakeAccountState): Response {
  const arn = (service: string, name: string) =>
    `arn:aws:${service}:us-west-1:${state.accountId}:${name}`;
  switch (operation) {
    case 'account-settings':
      return {
        body: {
          AccountLimit: {
            ConcurrentExecutions: state.quota,
            UnreservedConcurrentExecutions: state.quota,
          },
        },
      };
    case 'account':
      return { body: { cloudwatchRoleArn: state.logRoleArn } };
    case 'configuration': {
      const function_ = arn('lambda', 'function:leaderboard-processor');
      return notFound('ResourceNotFoundException', `Function not found: ${function_}`);
    }
    case 'DescribeTable': {
      const { TableName } = JSON.parse(input) as { TableName: string };
      return state.ledgerTags === undefined
        ? notFound('ResourceNotFoundException', `Table: ${TableName} not found`)
        : { body: { Table: { TableArn: arn('dynamodb', `table/${TableName}`) } } };
    }
    case 'ListTagsOfResource': {
      const tags = Object.entries(state.ledgerTags ?? {});
      return { body: { Tags: tags.map(([Key, Value]) => ({ Key, Value })) } };
    }
    case 'GetQueueAttributes':
      return { body: { Attributes: { ApproximateNumberOfMessages: String(state.messages) } } };
    default:
      return { body: {} };
  }
}

function notFound(code: string, message: string): Response {
  return { status: 404, body: { __type: code, code, message, Message: message } };
}
