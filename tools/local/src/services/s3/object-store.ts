import { createHash } from 'node:crypto';

/** An object of a bucket, with its metadata. */
export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly etag: string;
  /** ms since the epoch. */
  readonly writtenAt: number;
}

export interface ObjectContent {
  readonly body: Buffer;
  /** Default: `binary/octet-stream`, as on S3. */
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
}

/** The buckets of the stack, in memory, with their policies. */
export class ObjectStore {
  readonly #buckets = new Map<string, { objects: Map<string, StoredObject>; policy?: string }>();

  createBucket(bucket: string): void {
    this.#buckets.set(bucket, { objects: new Map() });
  }

  has(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  put(
    bucket: string,
    key: string,
    { body, contentType, cacheControl }: ObjectContent,
  ): StoredObject {
    const stored = {
      body,
      contentType: contentType ?? 'binary/octet-stream',
      cacheControl,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      writtenAt: Date.now(),
    };
    this.#buckets.get(bucket)?.objects.set(key, stored);
    return stored;
  }

  get(bucket: string, key: string): StoredObject | undefined {
    return this.#buckets.get(bucket)?.objects.get(key);
  }

  delete(bucket: string, key: string): void {
    this.#buckets.get(bucket)?.objects.delete(key);
  }

  /** The objects of a bucket by key, in no particular order. */
  list(bucket: string): [string, StoredObject][] {
    return [...(this.#buckets.get(bucket)?.objects ?? [])];
  }

  setPolicy(bucket: string, policy: string): void {
    const entry = this.#buckets.get(bucket);
    if (entry) entry.policy = policy;
  }

  /** The bucket policy as JSON. */
  policy(bucket: string): string | undefined {
    return this.#buckets.get(bucket)?.policy;
  }
}
