import { describe, expect, jest, test } from '@jest/globals';

import { failure } from '../s3/s3-api.ts';
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
    caller: { sessionName: 'job', roleArn: 'arn:aws:iam::000000000000:role/job' },
    body: Buffer.from(JSON.stringify(input)),
  };
}

async function responseTo(request: GatewayRequest) {
  const engine = jest.fn((): Promise<GatewayResponse> =>
    Promise.resolve({ status: 200, headers: {}, body: Buffer.from('engine') }),
  );
  const { status, headers, body } = await enforce(request, engine);
  return { status, headers, body: String(body), reachedEngine: engine.mock.calls.length > 0 };
}

describe('a denied call never reaches the engine; the response is', () => {
  test('for DynamoDB an AccessDeniedException with status 400', async () => {
    const response = await responseTo(
      call('dynamodb', 'GetItem', { TableName: 'ledger', Key: {} }),
    );
    expect(response).toMatchObject({ status: 400, reachedEngine: false });
    expect(JSON.parse(response.body)).toEqual({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      message: expect.stringContaining('perform: dynamodb:GetItem on resource: arn:aws:dynamodb:'),
    });
  });

  test('for SQS JSON, with the code of the query protocol in a header', async () => {
    const QueueUrl = 'http://127.0.0.1/000000000000/updates.fifo';
    const response = await responseTo(call('sqs', 'SendMessage', { QueueUrl }));
    expect(response).toMatchObject({
      status: 403,
      reachedEngine: false,
      headers: { 'x-amzn-query-error': 'AccessDenied;Sender' },
    });
    expect(response.body).toContain('sqs:sendmessage on resource: arn:aws:sqs:us-west-1:');
  });

  test('for SQS in the query protocol XML', async () => {
    const query = new URLSearchParams({
      Action: 'ReceiveMessage',
      QueueUrl: 'http://127.0.0.1/000000000000/updates.fifo',
    });
    const response = await responseTo({
      ...call('sqs', 'ReceiveMessage'),
      query,
      body: Buffer.from(query.toString()),
    });
    expect(response).toMatchObject({ status: 403, reachedEngine: false });
    expect(response.body).toContain('<Code>AccessDenied</Code><Message>User: arn:aws:sts::');
  });

  test('for Lambda an AccessDeniedException with status 403', async () => {
    const path = '/2015-03-31/functions/router/invocations';
    const response = await responseTo({ ...call('lambda', 'Invoke'), path });
    expect(response).toMatchObject({
      status: 403,
      reachedEngine: false,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
    });
  });
});

describe('of an object that does not exist, S3 says', () => {
  const path = '/runs/gone';
  const responseWith = async (...actions: string[]) => {
    const roles = new RoleRegistry();
    const Statement = actions.map((Action, index) => ({
      Sid: `Given${index}`,
      Effect: 'Allow',
      Action,
      Resource: Action === 's3:ListBucket' ? 'arn:aws:s3:::runs' : 'arn:aws:s3:::runs/*',
    }));
    roles.add({
      name: 'job',
      assumeRolePolicy: '{}',
      inline: new Map([['function', JSON.stringify({ Version: '2012-10-17', Statement })]]),
      attached: new Set(),
    });
    const enforced = enforcePolicies(
      new AccessControl({
        policies: new PolicyBook(roles, new ResourcePolicies(), []),
        usage: new AccessUsage(),
        region,
      }),
      new ResourceNames(region, new TableCatalog()),
    );
    const absent = () => Promise.resolve(failure(404, 'NoSuchKey', 'absent'));
    const { status, body } = await enforced({ ...call('s3', 'GetObject'), path }, absent);
    return { status, body: String(body) };
  };

  test('that it is absent, to a role that may list the bucket', async () => {
    expect(await responseWith('s3:GetObject', 's3:ListBucket')).toEqual({
      status: 404,
      body: expect.stringContaining('NoSuchKey'),
    });
  });

  test('that access is denied, to any other', async () => {
    expect(await responseWith('s3:GetObject')).toEqual({
      status: 403,
      body: expect.stringContaining('s3:ListBucket on resource: arn:aws:s3:::runs because'),
    });
  });
});

test('an operation outside the table is denied to roles, not to administrators', async () => {
  const request = call('dynamodb', 'ExecuteStatement', { Statement: 'SELECT * FROM ledger' });
  const response = await responseTo(request);
  expect(response).toMatchObject({ status: 400, reachedEngine: false });
  expect(response.body).toContain('src/services/iam/operations');
  expect(await responseTo({ ...request, caller: undefined })).toMatchObject({
    reachedEngine: true,
  });
});

test('a malformed body is passed on to the engine, which rejects it', async () => {
  const request = { ...call('dynamodb', 'GetItem'), body: Buffer.from('{') };
  expect(await responseTo(request)).toMatchObject({ reachedEngine: true });
});
