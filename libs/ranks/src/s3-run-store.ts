import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { MissingRunError, type RunStore, type RunUpload, type StoredObject } from './run-store.ts';

/**
 * Size of a part of a multipart upload, in bytes. A part has at least 5 MiB and an upload at most 10,000 parts (S3 user guide,
 * "Amazon S3 multipart upload limits"), so a run may have 80 GB.
 */
const PART_BYTES = 8 * 1_024 * 1_024;

export interface S3RunStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Runs as objects of a bucket. */
export class S3RunStore implements RunStore {
  readonly #options: S3RunStoreOptions;

  constructor(options: S3RunStoreOptions) {
    this.#options = options;
  }

  async read(name: string, offset: number, length: number): Promise<Buffer> {
    const { client, bucket } = this.#options;
    try {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: name,
          Range: `bytes=${offset}-${offset + length - 1}`,
        }),
      );
      if (Body === undefined) throw new MissingRunError(name);
      return Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) throw new MissingRunError(name);
      throw error;
    }
  }

  write(name: string): RunUpload {
    return new S3Upload(this.#options, name);
  }

  async delete(name: string): Promise<void> {
    const { client, bucket } = this.#options;
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: name }));
  }

  async *list(): AsyncGenerator<StoredObject> {
    const { client, bucket } = this.#options;
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }),
      );
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) yield { name: Key, writtenAt: LastModified?.getTime() ?? Infinity };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }
}

/** One request for a small object, a multipart upload for a large one. */
class S3Upload implements RunUpload {
  readonly #options: S3RunStoreOptions;
  readonly #name: string;
  readonly #parts: CompletedPart[] = [];
  #uploadId: string | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(options: S3RunStoreOptions, name: string) {
    this.#options = options;
    this.#name = name;
  }

  get #object() {
    return { Bucket: this.#options.bucket, Key: this.#name };
  }

  async append(chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= PART_BYTES) await this.#sendPart();
  }

  async finish(): Promise<void> {
    const { client } = this.#options;
    if (this.#uploadId === undefined) {
      await client.send(new PutObjectCommand({ ...this.#object, Body: this.#take() }));
      return;
    }
    if (this.#bytes > 0) await this.#sendPart();
    await client.send(
      new CompleteMultipartUploadCommand({
        ...this.#object,
        UploadId: this.#uploadId,
        MultipartUpload: { Parts: this.#parts },
      }),
    );
  }

  async abort(): Promise<void> {
    if (this.#uploadId === undefined) return;
    await this.#options.client.send(
      new AbortMultipartUploadCommand({ ...this.#object, UploadId: this.#uploadId }),
    );
  }

  async #sendPart(): Promise<void> {
    const { client } = this.#options;
    this.#uploadId ??= (await client.send(new CreateMultipartUploadCommand(this.#object))).UploadId;
    const PartNumber = this.#parts.length + 1;
    const { ETag } = await client.send(
      new UploadPartCommand({
        ...this.#object,
        UploadId: this.#uploadId,
        PartNumber,
        Body: this.#take(),
      }),
    );
    this.#parts.push({ ETag, PartNumber });
  }

  #take(): Buffer {
    const body = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#bytes = 0;
    return body;
  }
}
