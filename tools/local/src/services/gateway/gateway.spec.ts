import { expect, test } from '@jest/globals';

import { EngineConnection } from '../engines/engine-connection.ts';
import type { EngineRequest } from '../engines/engine.ts';
import { CredentialRegistry, type Caller } from './credentials.ts';
import { startGateway } from './gateway.ts';

test('interceptors see the caller; the engine sees one access key id for all calls', async () => {
  const credentials = new CredentialRegistry();
  const reached: EngineRequest[] = [];
  const callers: (Caller | undefined)[] = [];
  const gateway = await startGateway({
    service: 'dynamodb',
    engine: new EngineConnection(
      {
        url: 'http://127.0.0.1:1',
        external: true,
        dispatch: (request) => {
          reached.push(request);
          return Promise.resolve({ status: 200, headers: {}, body: Buffer.from('{}') });
        },
        stop: () => Promise.resolve(),
      },
      'us-west-1',
    ),
    credentials,
    interceptors: [
      ({ caller }, next) => {
        callers.push(caller);
        return next();
      },
    ],
  });
  const call = (accessKeyId: string) =>
    fetch(gateway.url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: '{}',
    });
  try {
    const caller = { sessionName: 'worker', roleArn: 'arn:aws:iam::000000000000:role/worker' };
    await call(credentials.issue(caller).accessKeyId);
    await call('developer');
    const inProcess = { ...caller, sessionName: 'poller' };
    await gateway.callAs(inProcess, 'DynamoDBStreams_20120810')('GetRecords', {});
  } finally {
    await gateway.stop();
  }
  expect(callers).toEqual([
    expect.objectContaining({ sessionName: 'worker' }),
    undefined,
    expect.objectContaining({ sessionName: 'poller' }),
  ]);
  expect(reached[2]?.headers['x-amz-target']).toBe('DynamoDBStreams_20120810.GetRecords');
  expect(reached[2]?.headers.authorization).toContain('Credential=local/');
  expect(reached.slice(0, 2).map(({ headers }) => headers.authorization)).toEqual(
    Array(2).fill(
      'AWS4-HMAC-SHA256 Credential=local/20260101/us-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    ),
  );
});
