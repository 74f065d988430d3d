import type { RunRef, StoredRun } from '@leaderboard/tables';
import { parseLines, type RunEntry } from './run-entry.ts';
import { parseIndex, type Segment } from './run-index.ts';
import type { RunStore } from './run-store.ts';

/** So small a run is read whole: one request instead of two, of which the first is for the index. */
const WHOLE_BYTES = 128 * 1_024;

/** What a merge reads with one request, in bytes: small enough for memory, large enough that requests do not matter. */
const BLOCK_BYTES = 2 * 1_024 * 1_024;

export interface RunReaderOptions {
  readonly store: RunStore;
  /** What is kept in memory of stored runs, in bytes of text. Entries in memory take about six times that. */
  readonly cacheBytes: number;
  /** A run of at most this size is read whole, with one request. In bytes. @default 128 KB */
  readonly wholeBytes?: number;
  /** Receives the bytes of each request. */
  readonly onRead?: (bytes: number) => void;
}

/** The parts of one run. */
export interface OpenRun {
  readonly net: number;
  readonly segments: readonly Segment[];
  /** The entries of a segment, sorted by key. @throws {MissingRunError} */
  entries(segment: number): Promise<readonly RunEntry[]>;
}

/** Reads runs. What it has read it keeps, as runs never change; what was not used for longest goes first. */
export class RunReader {
  readonly #options: RunReaderOptions;
  readonly #cache = new Map<string, { value: Promise<unknown>; bytes: number }>();
  #cachedBytes = 0;

  constructor(options: RunReaderOptions) {
    this.#options = options;
  }

  /** @throws {MissingRunError} */
  async open(run: RunRef): Promise<OpenRun> {
    if ('text' in run) {
      const entries = parseLines(run.text);
      return wholeRun(run, entries);
    }
    if (run.bytes <= (this.#options.wholeBytes ?? WHOLE_BYTES)) {
      const entries = await this.#cached(run.name, run.bytes, async () =>
        parseLines((await this.#read(run, 0, run.bytes)).toString('latin1')),
      );
      return wholeRun(run, entries);
    }
    const segments = await this.#cached(`${run.name} index`, run.indexBytes, async () =>
      parseIndex((await this.#read(run, run.bytes, run.indexBytes)).toString('latin1')),
    );
    return {
      net: run.net,
      segments,
      entries: (position) => {
        const { offset, length } = segments[position] ?? { offset: 0, length: 0 };
        return this.#cached(`${run.name} ${position}`, length, async () =>
          parseLines((await this.#read(run, offset, length)).toString('latin1')),
        );
      },
    };
  }

  /**
   * A run that is read from start to end: in requests of megabytes, which are not kept.
   *
   * @throws {MissingRunError}
   */
  async openToMerge(run: RunRef): Promise<OpenRun> {
    if ('text' in run) return this.open(run);
    const index = await this.#read(run, run.bytes, run.indexBytes);
    const blocks = inBlocks(parseIndex(index.toString('latin1')));
    return {
      net: run.net,
      segments: blocks,
      entries: async (position) => {
        const { offset, length } = blocks[position] ?? { offset: 0, length: 0 };
        return parseLines((await this.#read(run, offset, length)).toString('latin1'));
      },
    };
  }

  async #read({ name }: StoredRun, offset: number, length: number): Promise<Buffer> {
    const bytes = await this.#options.store.read(name, offset, length);
    this.#options.onRead?.(bytes.length);
    return bytes;
  }

  #cached<T>(key: string, bytes: number, read: () => Promise<T>): Promise<T> {
    const known = this.#cache.get(key);
    if (known !== undefined) {
      this.#cache.delete(key);
      this.#cache.set(key, known);
      return known.value as Promise<T>;
    }
    const value = read();
    this.#cache.set(key, { value, bytes });
    this.#cachedBytes += bytes;
    value.catch(() => {
      this.#forget(key, value);
    });
    for (const oldest of this.#cache.keys()) {
      if (this.#cachedBytes <= this.#options.cacheBytes || oldest === key) break;
      this.#forget(oldest);
    }
    return value;
  }

  #forget(key: string, value?: Promise<unknown>): void {
    const known = this.#cache.get(key);
    if (known === undefined || (value !== undefined && known.value !== value)) return;
    this.#cache.delete(key);
    this.#cachedBytes -= known.bytes;
  }
}

/** Joins consecutive segments. */
function inBlocks(segments: readonly Segment[]): Segment[] {
  const blocks: Segment[] = [];
  for (const segment of segments) {
    const last = blocks.at(-1);
    if (last === undefined || last.length + segment.length > BLOCK_BYTES) blocks.push(segment);
    else {
      blocks[blocks.length - 1] = {
        ...last,
        length: last.length + segment.length,
        entries: last.entries + segment.entries,
      };
    }
  }
  return blocks;
}

/** A run of one segment that is in memory. */
function wholeRun({ net, bytes }: RunRef, entries: readonly RunEntry[]): OpenRun {
  const [first] = entries;
  const segment = { offset: 0, length: bytes, netBefore: 0, entries: entries.length };
  return {
    net,
    segments: first === undefined ? [] : [{ ...segment, firstKey: first.key }],
    entries: () => Promise.resolve(entries),
  };
}
