import { MissingRunError, type RunStore, type RunUpload, type StoredObject } from '../run-store.ts';

/** Runs in memory. It counts reads. */
export class MemoryRunStore implements RunStore {
  readonly #objects = new Map<string, { readonly body: Buffer; readonly writtenAt: number }>();
  readonly #now: () => number;
  reads = 0;

  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  read(name: string, offset: number, length: number): Promise<Buffer> {
    this.reads += 1;
    const object = this.#objects.get(name);
    return object === undefined
      ? Promise.reject(new MissingRunError(name))
      : Promise.resolve(object.body.subarray(offset, offset + length));
  }

  write(name: string): RunUpload {
    const chunks: Buffer[] = [];
    return {
      append: (chunk) => {
        chunks.push(chunk);
        return Promise.resolve();
      },
      finish: () => {
        this.#objects.set(name, { body: Buffer.concat(chunks), writtenAt: this.#now() });
        return Promise.resolve();
      },
      abort: () => Promise.resolve(),
    };
  }

  delete(name: string): Promise<void> {
    this.#objects.delete(name);
    return Promise.resolve();
  }

  async *list(): AsyncGenerator<StoredObject> {
    for (const [name, { writtenAt }] of this.#objects) yield { name, writtenAt };
  }

  get names(): string[] {
    return [...this.#objects.keys()];
  }
}
