import { describe, expect, jest, test } from '@jest/globals';

import type { GatewayRequest, GatewayResponse, GatewayService } from '../gateway/gateway.ts';
import { TableCatalog } from '../dynamodb/table-catalog.ts';
import { AccessControl } from './access-control.ts';
import { enforcePolicies } from './enforcement.ts';
import { PolicyBook } from './policy-book.ts';
import { ResourcePolicies } from './resource-policies.ts';
import { RoleRegistry } from './role-registry.ts';
import { ResourceNames } from './resource-names.ts';
import { AccessUsage } from './usage.ts';

const region = 'us-west-1';
const policies = new PolicyBook(new RoleRegistry(), new ResourcePolicies(), []);
const access = new AccessControl({ policies, usage: new AccessUsage(), region });
const enforce = enforcePolicies(access, new ResourceNames(region, new TableCatalog()));

/** A call of a function whose role may do nothing. */
function call(service: GatewayService, operation: string, input: object = {}): GatewayRequest {
  return {
    service,
    operation,
    path: '/',
    query: undefined,
    caller: { functionName: 'job', roleArn: 'arn:aws:iam::000000000000:role/job' },
    body: Buffer.from(JSON.stringify(input)),
  };
}

async function answerTo(request: GatewayRequest) {
  const engine = jest.fn((): Promise<GatewayResponse> =>
    Promise.resolve({ status: 200, headers: {}, body: Buffer.from('engine') }),
  );
  const { status, headers, body } = await enforce(request, engine);
  return { status, headers, body: String(body), reachedEngine: engine.mock.calls.length > 0 };
}

describe('a call that is not allowed never reaches the engine and is answered', () => {
  test('by DynamoDB with AccessDeniedException, status 400', async () => {
    const answer = await answerTo(call('dynamodb', 'GetItem', { TableName: 'ledger', Key: {} }));
    expect(answer).toMatchObject({ status: 400, reachedEngine: false });
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      message: expect.stringContaining('perform: dynamodb:GetItem on resource: arn:aws:dynamodb:'),
    });
  });

  test('by SQS in JSON, with the code of its query protocol in a header', async () => {
    const QueueUrl = 'http://127.0.0.1/000000000000/updates.fifo';
    const answer = await answerTo(call('sqs', 'SendMessage', { QueueUrl }));
    expect(answer).toMatchObject({
      status: 403,
      reachedEngine: false,
      headers: { 'x-amzn-query-error': 'AccessDenied;Sender' },
    });
    expect(answer.body).toContain('sqs:sendmessage on resource: arn:aws:sqs:us-west-1:');
  });

  test('by SQS in XML, when asked in its query protocol', async () => {
    const query = new URLSearchParams({
      Action: 'ReceiveMessage',
      QueueUrl: 'http://127.0.0.1/000000000000/updates.fifo',
    });
    const answer = await answerTo({
      ...call('sqs', 'ReceiveMessage'),
      query,
      body: Buffer.from(query.toString()),
    });
    expect(answer).toMatchObject({ status: 403, reachedEngine: false });
    expect(answer.body).toContain('<Code>AccessDenied</Code><Message>User: arn:aws:sts::');
  });

  test('by Lambda with AccessDeniedException, status 403', async () => {
    const path = '/2015-03-31/functions/router/invocations';
    const answer = await answerTo({ ...call('lambda', 'Invoke'), path });
    expect(answer).toMatchObject({
      status: 403,
      reachedEngine: false,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
    });
  });
});

test('an operation that the table does not know is denied to a role, and open to developers', async () => {
  const request = call('dynamodb', 'ExecuteStatement', { Statement: 'SELECT * FROM ledger' });
  const answer = await answerTo(request);
  expect(answer).toMatchObject({ status: 400, reachedEngine: false });
  expect(answer.body).toContain('src/services/iam/operations');
  expect(await answerTo({ ...request, caller: undefined })).toMatchObject({ reachedEngine: true });
});

test('a body that is none is left to the engine, which refuses it', async () => {
  const request = { ...call('dynamodb', 'GetItem'), body: Buffer.from('{') };
  expect(await answerTo(request)).toMatchObject({ reachedEngine: true });
});
