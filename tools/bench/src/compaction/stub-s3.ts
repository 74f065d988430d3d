import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { RunStore, RunUpload } from '@leaderboard/ranks';

/** S3 in front of a store: what the compactor asks for, with the bucket in the path. */
export class StubS3 implements AsyncDisposable {
  readonly #store: RunStore;
  readonly #server: Server;
  readonly #uploads = new Map<string, RunUpload>();

  private constructor(store: RunStore) {
    this.#store = store;
    this.#server = createServer((request, response) => {
      this.#respond(request, response).catch((error: unknown) => {
        response.destroy(error as Error);
      });
    });
    // The client keeps its connections for the whole run.
    this.#server.keepAliveTimeout = 600_000;
  }

  static async start(store: RunStore): Promise<StubS3> {
    const stub = new StubS3(store);
    stub.#server.listen(0, '127.0.0.1');
    await once(stub.#server, 'listening');
    return stub;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.endpoint);
    const name = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    const uploadId = url.searchParams.get('uploadId');
    const body = await buffer(request);
    switch (request.method) {
      case 'GET': {
        const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
        const part = await this.#store.read(name, Number(first), Number(last) - Number(first) + 1);
        response.writeHead(206).end(part);
        return;
      }
      case 'PUT': {
        const upload = uploadId === null ? this.#store.write(name) : this.#uploads.get(uploadId);
        await upload?.append(body);
        if (uploadId === null) await upload?.finish();
        response.writeHead(200, { etag: '"part"' }).end();
        return;
      }
      case 'POST': {
        response.setHeader('content-type', 'application/xml');
        if (uploadId === null) {
          this.#uploads.set(name, this.#store.write(name));
          response.end(result('InitiateMultipartUploadResult', `<UploadId>${name}</UploadId>`));
        } else {
          await this.#uploads.get(uploadId)?.finish();
          response.end(result('CompleteMultipartUploadResult', `<Key>${name}</Key>`));
        }
        return;
      }
      default:
        response.writeHead(501).end();
    }
  }
}

function result(name: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${name}>${content}</${name}>`;
}
