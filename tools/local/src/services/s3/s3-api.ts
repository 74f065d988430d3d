import { randomUUID } from 'node:crypto';

import type { Engine, EngineRequest, EngineResponse } from '../engines/engine.ts';
import type { ObjectStore } from './object-store.ts';

/** Keys of one page of a list (API reference of ListObjectsV2). */
const MAX_KEYS = 1_000;

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

interface S3Request {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: EngineRequest['headers'];
  readonly body: Buffer;
}

/** Bucket, key and query of a request with the bucket in the path. */
export function parseS3Path(path: string): Pick<S3Request, 'bucket' | 'key' | 'query'> {
  const { pathname, searchParams } = new URL(path, 'http://s3');
  const [, bucket = '', ...rest] = pathname.split('/');
  return { bucket, key: decodeURIComponent(rest.join('/')), query: searchParams };
}

/** The API operation of a request; empty for one that the local stack does not have. */
export function s3Operation(method: string, path: string): string {
  const { key, query } = parseS3Path(path);
  if (key === '') return method === 'GET' ? 'ListObjectsV2' : '';
  const isUpload = query.has('uploadId');
  switch (method) {
    case 'GET':
      return 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      return isUpload ? 'UploadPart' : 'PutObject';
    case 'POST':
      return isUpload ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
    case 'DELETE':
      return isUpload ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return '';
  }
}

/** S3 with the operations of functions: objects, ranges of objects, multipart uploads and lists. */
export function s3Api(objects: ObjectStore): Engine {
  const uploads = new Map<string, Upload>();
  return {
    url: 'http://127.0.0.1',
    external: false,
    stop: () => Promise.resolve(),
    dispatch: ({ method, path, headers, body }) =>
      Promise.resolve(
        respond(
          { method, headers, body: decoded(headers, body), ...parseS3Path(path) },
          objects,
          uploads,
        ),
      ),
  };
}

function respond(
  request: S3Request,
  objects: ObjectStore,
  uploads: Map<string, Upload>,
): EngineResponse {
  const { method, bucket, key, query } = request;
  if (!objects.has(bucket)) return failure(404, 'NoSuchBucket', `There is no bucket ${bucket}.`);
  if (key === '') return list(request, objects);
  const uploadId = query.get('uploadId');
  if (uploadId !== null) return multipart(request, uploadId, objects, uploads);
  switch (method) {
    case 'GET':
    case 'HEAD':
      return read(request, objects);
    case 'PUT': {
      const { etag } = objects.put(bucket, key, { body: request.body });
      return { status: 200, headers: { etag }, body: Buffer.alloc(0) };
    }
    case 'POST': {
      const id = randomUUID();
      uploads.set(id, { bucket, key, parts: new Map() });
      return xml(
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    default:
      objects.delete(bucket, key);
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
  }
}

function read({ method, bucket, key, headers }: S3Request, objects: ObjectStore): EngineResponse {
  const stored = objects.get(bucket, key);
  if (stored === undefined) return failure(404, 'NoSuchKey', 'The specified key does not exist.');
  const { body, etag, contentType } = stored;
  const common = { etag, 'content-type': contentType, 'accept-ranges': 'bytes' };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined) return object(200, body, common, method);
  const start = Number(first);
  const end = Math.min(body.length - 1, last === '' ? Infinity : Number(last));
  if (start > end) return failure(416, 'InvalidRange', 'The requested range is not satisfiable');
  const part = body.subarray(start, end + 1);
  const range = `bytes ${start}-${end}/${body.length}`;
  return object(206, part, { ...common, 'content-range': range }, method);
}

function object(
  status: number,
  body: Buffer,
  headers: Record<string, string>,
  method: string,
): EngineResponse {
  return {
    status,
    headers: { ...headers, 'content-length': String(body.length) },
    body: method === 'HEAD' ? Buffer.alloc(0) : body,
  };
}

function multipart(
  { method, bucket, key, query, body }: S3Request,
  uploadId: string,
  objects: ObjectStore,
  uploads: Map<string, Upload>,
): EngineResponse {
  const upload = uploads.get(uploadId);
  if (upload?.bucket !== bucket || upload.key !== key) {
    return failure(404, 'NoSuchUpload', 'The specified upload does not exist.');
  }
  if (method === 'PUT') {
    const number = Number(query.get('partNumber'));
    upload.parts.set(number, body);
    return { status: 200, headers: { etag: `"part-${number}"` }, body: Buffer.alloc(0) };
  }
  uploads.delete(uploadId);
  if (method === 'DELETE') return { status: 204, headers: {}, body: Buffer.alloc(0) };
  const parts = [...upload.parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
  const { etag } = objects.put(bucket, key, { body: Buffer.concat(parts) });
  return xml(`<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`);
}

function list({ bucket, query }: S3Request, objects: ObjectStore): EngineResponse {
  const after = query.get('continuation-token') ?? '';
  const prefix = query.get('prefix') ?? '';
  const all = objects
    .list(bucket)
    .filter(([key]) => key.startsWith(prefix) && key > after)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const page = all.slice(0, MAX_KEYS);
  const last = page.at(-1)?.[0];
  const isTruncated = all.length > page.length && last !== undefined;
  const contents = page.map(
    ([key, { body, etag, writtenAt }]) =>
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${new Date(writtenAt).toISOString()}</LastModified>` +
      `<ETag>${etag}</ETag><Size>${body.length}</Size></Contents>`,
  );
  return xml(
    `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated><KeyCount>${page.length}</KeyCount>` +
      `${contents.join('')}${isTruncated ? `<NextContinuationToken>${escapeXml(last)}</NextContinuationToken>` : ''}</ListBucketResult>`,
  );
}

/** The SDK sends bodies in chunks with a checksum behind them (`aws-chunked`); the content is what is between their lines. */
function decoded(headers: EngineRequest['headers'], body: Buffer): Buffer {
  if (headers['content-encoding']?.includes('aws-chunked') !== true) return body;
  const chunks: Buffer[] = [];
  for (let position = 0; position < body.length;) {
    const lineEnd = body.indexOf('\r\n', position);
    const size = Number.parseInt(body.toString('latin1', position, lineEnd), 16);
    if (!(size > 0)) break;
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}

function xml(content: string): EngineResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${content}`),
  };
}

/** An error in the protocol of S3. */
export function failure(status: number, code: string, message: string): EngineResponse {
  const error = `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { ...xml(error), status };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
