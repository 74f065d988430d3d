import { describe, expect, test } from '@jest/globals';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

import { TableCatalog } from '../../dynamodb/table-catalog.ts';
import { ResourceNames } from '../resource-names.ts';
import { ruleOf } from './operation-table.ts';

interface SentRequest {
  readonly headers: Record<string, string>;
  readonly path: string;
  readonly body: string | Uint8Array | undefined;
}

interface RequestSender {
  // The input types of the SDK's commands have nothing in common.
  send(command: never): Promise<unknown>;
}

const tables = new TableCatalog();
const names = new ResourceNames('us-west-1', tables);
const STREAM =
  'arn:aws:dynamodb:us-west-1:000000000000:table/ledger/stream/2026-11-21T00:00:00.000';
const ENGINE_STREAM = 'arn:aws:dynamodb:engine:000000000000:table/ledger/stream/1';
tables.addTable('ledger', {
  partitionKey: 'player_id',
  indexes: new Map([['by_game', 'game_id']]),
});
tables.addTable('markers', { partitionKey: 'player_id', indexes: new Map() });
tables.addStream('ledger', STREAM, ENGINE_STREAM);

const table = (name: string) => `arn:aws:dynamodb:us-west-1:000000000000:table/${name}`;
const queue = 'arn:aws:sqs:us-west-1:000000000000:updates.fifo';
const QueueUrl = 'http://127.0.0.1:9/000000000000/updates.fifo';

/** What the SDK puts on the wire for a command. */
async function record(client: RequestSender, command: unknown): Promise<SentRequest> {
  const sent = client.send(command as never);
  const error: unknown = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Recorded) return error.request;
  throw error;
}

class Recorded extends Error {
  override readonly name = 'Recorded';
  readonly request: SentRequest;

  constructor(request: SentRequest) {
    super('Recorded instead of sent');
    this.request = request;
  }
}

const settings = {
  region: 'us-west-1',
  endpoint: 'http://127.0.0.1:9',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  maxAttempts: 1,
  requestHandler: {
    handle: (request: SentRequest) => Promise.reject(new Recorded(request)),
  },
};
const sqs = new SQSClient(settings);
const dynamodb = new DynamoDBClient(settings);
const streams = new DynamoDBStreamsClient(settings);
const lambda = new LambdaClient(settings);
const secrets = new SecretsManagerClient(settings);

/** What the table asks for, for a request as the SDK sends it. */
async function needsOf(service: string, client: RequestSender, command: unknown) {
  const { headers, path, body } = await record(client, command);
  const operation = service === 'lambda' ? 'Invoke' : headers['x-amz-target']?.split('.').at(-1);
  const rule = ruleOf(service, operation ?? '');
  if (rule === undefined) throw new Error(`No rule for ${String(operation)}`);
  const input = service === 'lambda' ? {} : (JSON.parse(textOf(body)) as Record<string, unknown>);
  return rule({ input, path }, names);
}

function textOf(body: SentRequest['body'] = '{}'): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

function pairs(requests: Awaited<ReturnType<typeof needsOf>>): [string, string][] {
  return requests.map(({ action, resource }) => [action, resource]);
}

const key = { player_id: { S: 'p-1' }, timestamp: { N: '1' } };

describe('an operation of SQS needs', () => {
  test.each([
    [new SendMessageCommand({ QueueUrl, MessageBody: '{}' }), 'sqs:SendMessage'],
    [
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', MessageBody: '{}' }] }),
      'sqs:SendMessage',
    ],
    [new ReceiveMessageCommand({ QueueUrl }), 'sqs:ReceiveMessage'],
    [
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', ReceiptHandle: 'r' }] }),
      'sqs:DeleteMessage',
    ],
    [
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: 'r', VisibilityTimeout: 0 }),
      'sqs:ChangeMessageVisibility',
    ],
    [
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      'sqs:GetQueueAttributes',
    ],
  ])('%#: the action of the single operation on its queue', async (command, action) => {
    expect(pairs(await needsOf('sqs', sqs, command))).toEqual([[action, queue]]);
  });

  test('what a move does with its two queues', async () => {
    const [SourceArn, DestinationArn] = [`${queue}-dlq`, queue];
    const start = new StartMessageMoveTaskCommand({ SourceArn, DestinationArn });
    expect(pairs(await needsOf('sqs', sqs, start))).toEqual([
      ['sqs:StartMessageMoveTask', SourceArn],
      ['sqs:ReceiveMessage', SourceArn],
      ['sqs:DeleteMessage', SourceArn],
      ['sqs:GetQueueAttributes', SourceArn],
      ['sqs:SendMessage', DestinationArn],
    ]);
    const list = new ListMessageMoveTasksCommand({ SourceArn });
    expect(pairs(await needsOf('sqs', sqs, list))).toEqual([
      ['sqs:ListMessageMoveTasks', SourceArn],
    ]);
  });

  test('no resource if it has none', async () => {
    expect(pairs(await needsOf('sqs', sqs, new ListQueuesCommand({})))).toEqual([
      ['sqs:ListQueues', '*'],
    ]);
  });

  test('the queue in the path, if the query protocol names it there', () => {
    const rule = ruleOf('sqs', 'SendMessage');
    expect(rule?.({ input: {}, path: '/000000000000/updates.fifo' }, names)).toEqual([
      { action: 'sqs:SendMessage', resource: queue },
    ]);
  });
});

describe('an operation of DynamoDB needs', () => {
  test.each([
    [new GetItemCommand({ TableName: 'ledger', Key: key }), 'GetItem'],
    [new PutItemCommand({ TableName: 'ledger', Item: key }), 'PutItem'],
    [new UpdateItemCommand({ TableName: 'ledger', Key: key }), 'UpdateItem'],
    [new DeleteItemCommand({ TableName: table('ledger'), Key: key }), 'DeleteItem'],
    [new ScanCommand({ TableName: 'ledger' }), 'Scan'],
  ])('%#: its own action on its table', async (command, action) => {
    expect(pairs(await needsOf('dynamodb', dynamodb, command))).toEqual([
      [`dynamodb:${action}`, table('ledger')],
    ]);
  });

  test('the index alone, if it reads an index', async () => {
    const command = new QueryCommand({
      TableName: 'ledger',
      IndexName: 'by_game',
      KeyConditionExpression: '#g = :g',
      ExpressionAttributeNames: { '#g': 'game_id' },
      ExpressionAttributeValues: { ':g': { S: 'chess' } },
    });
    const [request, ...others] = await needsOf('dynamodb', dynamodb, command);
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      action: 'dynamodb:Query',
      resource: `${table('ledger')}/index/by_game`,
    });
    expect(request?.conditions?.['dynamodb:LeadingKeys']?.()).toEqual(['chess']);
  });

  test('for a batch, the batch action once for each table', async () => {
    const read = new BatchGetItemCommand({
      RequestItems: { ledger: { Keys: [key, key] }, markers: { Keys: [key] } },
    });
    expect(pairs(await needsOf('dynamodb', dynamodb, read))).toEqual([
      ['dynamodb:BatchGetItem', table('ledger')],
      ['dynamodb:BatchGetItem', table('markers')],
    ]);
    const write = new BatchWriteItemCommand({
      RequestItems: {
        markers: [
          { PutRequest: { Item: { player_id: { S: 'p-2' } } } },
          { DeleteRequest: { Key: { player_id: { S: 'p-1' } } } },
        ],
      },
    });
    const [request, ...others] = await needsOf('dynamodb', dynamodb, write);
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      action: 'dynamodb:BatchWriteItem',
      resource: table('markers'),
    });
    expect(request?.conditions?.['dynamodb:LeadingKeys']?.()).toEqual(['p-1', 'p-2']);
  });

  test('for a transaction, the action of each item on its table, and none for the transaction', async () => {
    const write = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: 'ledger', Item: key } },
        { Update: { TableName: 'markers', Key: key, UpdateExpression: 'SET a = :a' } },
        { Delete: { TableName: 'ledger', Key: key } },
        { ConditionCheck: { TableName: 'markers', Key: key, ConditionExpression: 'a = :a' } },
      ],
    });
    const requests = await needsOf('dynamodb', dynamodb, write);
    expect(pairs(requests)).toEqual([
      ['dynamodb:PutItem', table('ledger')],
      ['dynamodb:UpdateItem', table('markers')],
      ['dynamodb:DeleteItem', table('ledger')],
      ['dynamodb:ConditionCheckItem', table('markers')],
    ]);
    expect(
      requests.map(({ conditions }) => conditions?.['dynamodb:EnclosingOperation']?.()),
    ).toEqual(Array.from({ length: 4 }, () => 'TransactWriteItems'));
    const read = new TransactGetItemsCommand({
      TransactItems: [{ Get: { TableName: 'ledger', Key: key } }],
    });
    expect(pairs(await needsOf('dynamodb', dynamodb, read))).toEqual([
      ['dynamodb:GetItem', table('ledger')],
    ]);
  });
});

describe('an operation of DynamoDB Streams needs', () => {
  const iterator = Buffer.from('{"table_name":"ledger","shard_id":"s","position":0}');
  test.each([
    [new DescribeStreamCommand({ StreamArn: ENGINE_STREAM }), 'DescribeStream'],
    [
      new GetShardIteratorCommand({
        StreamArn: STREAM,
        ShardId: 's',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
      'GetShardIterator',
    ],
    [new GetRecordsCommand({ ShardIterator: iterator.toString('base64') }), 'GetRecords'],
    [new GetRecordsCommand({ ShardIterator: `000|${ENGINE_STREAM}|abc` }), 'GetRecords'],
  ])('%#: its own action on the stream of the program', async (command, action) => {
    expect(pairs(await needsOf('dynamodb', streams, command))).toEqual([
      [`dynamodb:${action}`, STREAM],
    ]);
  });

  test('an unknown resource, if the stream is not of the program', async () => {
    const other = STREAM.replace('ledger', 'other');
    const [request] = await needsOf(
      'dynamodb',
      streams,
      new DescribeStreamCommand({ StreamArn: other }),
    );
    expect(request?.resource).toContain('table/unknown/stream/');
    expect(pairs(await needsOf('dynamodb', streams, new ListStreamsCommand({})))).toEqual([
      ['dynamodb:ListStreams', '*'],
    ]);
  });
});

test.each([
  ['router', 'function:router'],
  ['arn:aws:lambda:us-west-1:000000000000:function:router', 'function:router'],
  ['arn:aws:lambda:us-west-1:000000000000:function:router:$LATEST', 'function:router:$LATEST'],
  ['000000000000:function:router', 'function:router'],
])('an invocation of %s needs lambda:InvokeFunction on it', async (FunctionName, resource) => {
  expect(pairs(await needsOf('lambda', lambda, new InvokeCommand({ FunctionName })))).toEqual([
    ['lambda:InvokeFunction', `arn:aws:lambda:us-west-1:000000000000:${resource}`],
  ]);
});

test('a secret is identified by its ARN or its name', async () => {
  const secretArn = 'arn:aws:secretsmanager:us-west-1:000000000000:secret:webhooks-a1B2c3';
  expect(
    pairs(
      await needsOf('secretsmanager', secrets, new GetSecretValueCommand({ SecretId: secretArn })),
    ),
  ).toEqual([['secretsmanager:GetSecretValue', secretArn]]);
  const [byName] = await needsOf(
    'secretsmanager',
    secrets,
    new GetSecretValueCommand({ SecretId: 'webhooks' }),
  );
  expect(byName?.resource).toMatch(/:secret:webhooks-[0-9a-f]{6}$/);
});

test.each(['ExecuteStatement', 'toString', ''])(
  '%j is not an operation of the table',
  (operation) => {
    expect(ruleOf('dynamodb', operation)).toBeUndefined();
  },
);
