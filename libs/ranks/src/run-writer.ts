import type { RunRef } from '@leaderboard/tables';
import { toLine, type RunEntry } from './run-entry.ts';
import { toIndexText, type Segment } from './run-index.ts';
import type { RunStore, RunUpload } from './run-store.ts';

/** Size of a segment in bytes: what one request for a rank reads of a run. */
const SEGMENT_BYTES = 32 * 1_024;

export interface RunWriterOptions {
  readonly store: RunStore;
  /** Key of the object. */
  readonly name: string;
  /** A run of at most this size is not stored: the head holds it. In bytes. */
  readonly smallBytes: number;
  /** Size of a segment in bytes. @default 32 KB */
  readonly segmentBytes?: number;
}

/**
 * Writes one run: segments of sorted entries, and after them the index of the segments. It holds one segment and the index in
 * memory, whatever the size of the run.
 */
export class RunWriter {
  readonly #options: RunWriterOptions;
  readonly #segments: (Segment & { net: number })[] = [];
  #upload: RunUpload | undefined;
  #lines: string[] = [];
  #lineBytes = 0;
  #segmentNet = 0;
  #bytes = 0;
  #net = 0;

  constructor(options: RunWriterOptions) {
    this.#options = options;
  }

  /** @param entry above the last one. Returns a promise only when a segment is full: await it then */
  add(entry: RunEntry): Promise<void> | undefined {
    const line = toLine(entry);
    this.#lines.push(line);
    this.#lineBytes += line.length;
    this.#segmentNet += entry.net;
    return this.#lineBytes >= (this.#options.segmentBytes ?? SEGMENT_BYTES)
      ? this.#endSegment()
      : undefined;
  }

  /** @returns the run; undefined when it has no entry */
  async finish(): Promise<RunRef | undefined> {
    if (this.#upload === undefined && this.#lineBytes <= this.#options.smallBytes) {
      if (this.#lineBytes === 0) return undefined;
      return { net: this.#segmentNet, bytes: this.#lineBytes, text: this.#lines.join('') };
    }
    if (this.#lines.length > 0) await this.#endSegment();
    const index = Buffer.from(toIndexText(this.#segments), 'latin1');
    await this.#upload?.append(index);
    await this.#upload?.finish();
    const { name } = this.#options;
    return { net: this.#net, bytes: this.#bytes, name, indexBytes: index.length };
  }

  async abort(): Promise<void> {
    await this.#upload?.abort();
  }

  async #endSegment(): Promise<void> {
    const segment = Buffer.from(this.#lines.join(''), 'latin1');
    this.#segments.push({
      // Not the entry's own key: that may be a part of the text it was read from, which would stay in memory with it.
      firstKey: segment.toString('latin1', 0, segment.indexOf(' ')),
      offset: this.#bytes,
      length: segment.length,
      netBefore: this.#net,
      entries: this.#lines.length,
      net: this.#segmentNet,
    });
    this.#bytes += segment.length;
    this.#net += this.#segmentNet;
    this.#lines = [];
    this.#lineBytes = 0;
    this.#segmentNet = 0;
    this.#upload ??= this.#options.store.write(this.#options.name);
    await this.#upload.append(segment);
  }
}
