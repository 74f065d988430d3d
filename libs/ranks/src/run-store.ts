/** An object that a head names is not there: a flip has replaced it since the head was read. */
export class MissingRunError extends Error {
  override readonly name = 'MissingRunError';
  readonly code = 'MissingRun';

  constructor(object: string) {
    super(`The run ${object} is not in the bucket. Read the head of its board again.`);
  }
}

/** One object being written. Nothing is visible before it is finished. */
export interface RunUpload {
  append(chunk: Buffer): Promise<void>;
  finish(): Promise<void>;
  /** Gives up; what was appended is dropped. */
  abort(): Promise<void>;
}

export interface StoredObject {
  readonly name: string;
  /** When it was written (ms since the epoch). */
  readonly writtenAt: number;
}

/** Where runs are kept: immutable objects under names that are never used again. */
export interface RunStore {
  /** @throws {MissingRunError} */
  read(name: string, offset: number, length: number): Promise<Buffer>;
  write(name: string): RunUpload;
  delete(name: string): Promise<void>;
  list(): AsyncIterable<StoredObject>;
}
