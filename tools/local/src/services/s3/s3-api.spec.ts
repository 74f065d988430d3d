import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { MissingRunError, S3RunStore, type StoredObject } from '@leaderboard/ranks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import type { LoopbackServer } from '../../shared/loopback-server.ts';
import { EngineConnection } from '../engines/engine-connection.ts';
import { CredentialRegistry } from '../gateway/credentials.ts';
import { startGateway, type Interceptor } from '../gateway/gateway.ts';
import { failure, s3Api } from './s3-api.ts';
import { ObjectStore } from './object-store.ts';

const BUCKET = 'rank-runs';
const NAME = 'game:chess#b1eef2b9935ac4a1u/a1b2c3';

const objects = new ObjectStore();
const operations: string[] = [];
let gateway: LoopbackServer;
let client: S3Client;
let store: S3RunStore;

/** Denies one operation, as the policies of a role do. */
let denied = '';
const watch: Interceptor = (request, next) => {
  operations.push(request.operation);
  return request.operation === denied
    ? Promise.resolve(failure(403, 'AccessDenied', 'The role may not do this.'))
    : next();
};

beforeAll(async () => {
  objects.createBucket(BUCKET);
  gateway = await startGateway({
    service: 's3',
    engine: new EngineConnection(s3Api(objects), 'us-west-1'),
    credentials: new CredentialRegistry(),
    interceptors: [watch],
  });
  client = new S3Client({
    endpoint: gateway.url,
    region: 'us-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  store = new S3RunStore({ client, bucket: BUCKET });
});
afterAll(async () => {
  client.destroy();
  await gateway.stop();
});
beforeEach(() => {
  operations.length = 0;
  denied = '';
});

async function listed(): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list()) found.push(object);
  return found;
}

describe('an object', () => {
  test('is written with one request, read in ranges, listed and deleted', async () => {
    const upload = store.write(NAME);
    await upload.append(Buffer.from('0123456789'));
    await upload.append(Buffer.from('abcdef'));
    await upload.finish();
    expect(operations).toEqual(['PutObject']);
    expect(String(await store.read(NAME, 0, 4))).toBe('0123');
    expect(String(await store.read(NAME, 8, 4))).toBe('89ab');
    expect(String(await store.read(NAME, 14, 100))).toBe('ef');
    const found = await listed();
    expect(found.map(({ name }) => name)).toEqual([NAME]);
    expect(found[0]?.writtenAt).toBeGreaterThan(0);
    await store.delete(NAME);
    await expect(store.read(NAME, 0, 1)).rejects.toThrow(MissingRunError);
  });

  test('of several parts is not there before the upload is complete', async () => {
    const part = Buffer.alloc(5 * 1_024 * 1_024, 'x');
    const upload = store.write(NAME);
    for (let count = 0; count < 3; count += 1) await upload.append(part);
    await expect(store.read(NAME, 0, 1)).rejects.toThrow(MissingRunError);
    await upload.append(Buffer.from('end'));
    await upload.finish();
    expect(operations.filter((name) => name !== 'GetObject')).toEqual([
      'CreateMultipartUpload',
      'UploadPart',
      'UploadPart',
      'CompleteMultipartUpload',
    ]);
    expect(String(await store.read(NAME, 3 * part.length, 3))).toBe('end');
    const head = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: NAME }));
    expect(head.ContentLength).toBe(3 * part.length + 3);
    await store.delete(NAME);
  });

  test('whose upload was given up is never there', async () => {
    const part = Buffer.alloc(17 * 1_024 * 1_024);
    const upload = store.write(NAME);
    await upload.append(part);
    await upload.abort();
    expect(operations.at(-1)).toBe('AbortMultipartUpload');
    expect(await listed()).toEqual([]);
  });

  test('a list has pages', async () => {
    for (let index = 0; index < 1_003; index += 1) {
      objects.put(BUCKET, `list/${index}`, { body: Buffer.from('x') });
    }
    const names = (await listed()).map(({ name }) => name);
    expect(new Set(names).size).toBe(1_003);
    expect(operations).toEqual(['ListObjectsV2', 'ListObjectsV2']);
    for (const name of names) objects.delete(BUCKET, name);
  });
});

describe('errors are those of S3', () => {
  test('a denied operation', async () => {
    denied = 'PutObject';
    const upload = store.write(NAME);
    await upload.append(Buffer.from('x'));
    await expect(upload.finish()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each([
    [
      'a bucket that is not there',
      new GetObjectCommand({ Bucket: 'none', Key: 'x' }),
      'NoSuchBucket',
    ],
    [
      'an upload that is not there',
      new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: 'x', UploadId: 'none' }),
      'NoSuchUpload',
    ],
  ])('%s', async (_, command, name) => {
    await expect(client.send(command as GetObjectCommand)).rejects.toMatchObject({ name });
  });

  test('a range behind the end', async () => {
    objects.put(BUCKET, 'short', { body: Buffer.from('abc') });
    await expect(store.read('short', 3, 1)).rejects.toMatchObject({ name: 'InvalidRange' });
    objects.delete(BUCKET, 'short');
  });

  test('an upload of another key', async () => {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'one' }),
    );
    const other = new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: 'two', UploadId });
    await expect(client.send(other)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});
