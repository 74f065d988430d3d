import { combine, type RunEntry } from './run-entry.ts';
import type { OpenRun } from './run-reader.ts';

/** A source of sorted entries: in memory, or one segment of a run after the other. */
class Source {
  readonly #run: OpenRun;
  #entries: readonly RunEntry[] = [];
  #position = 0;
  #segment = 0;

  constructor(run: OpenRun) {
    this.#run = run;
  }

  get head(): RunEntry | undefined {
    return this.#entries[this.#position];
  }

  /** @returns whether the next segment has to be read first */
  advance(): boolean {
    this.#position += 1;
    return this.#position >= this.#entries.length;
  }

  async read(): Promise<void> {
    this.#position = 0;
    this.#entries = [];
    while (this.#entries.length === 0 && this.#segment < this.#run.segments.length) {
      this.#entries = await this.#run.entries(this.#segment);
      this.#segment += 1;
    }
  }
}

/**
 * Merges runs into one. It holds a segment of each in memory.
 *
 * @param add receives the entries of the result in order; a promise that it returns is awaited
 */
export async function mergeRuns(
  runs: readonly OpenRun[],
  add: (entry: RunEntry) => Promise<void> | undefined,
): Promise<void> {
  const sources = runs.map((run) => new Source(run));
  await Promise.all(sources.map((source) => source.read()));
  for (;;) {
    let key: string | undefined;
    for (const { head } of sources) {
      if (head !== undefined && (key === undefined || head.key < key)) key = head.key;
    }
    if (key === undefined) return;
    let sum: RunEntry | undefined;
    for (const source of sources) {
      const { head } = source;
      if (head?.key !== key) continue;
      sum = sum === undefined ? head : combine(sum, head);
      if (source.advance()) await source.read();
    }
    const adding = sum && add(sum);
    if (adding !== undefined) await adding;
  }
}

/** A run of entries in memory. */
export function runOf(entries: readonly RunEntry[]): OpenRun {
  const [first] = entries;
  const net = entries.reduce((total, entry) => total + entry.net, 0);
  return {
    net,
    segments:
      first === undefined
        ? []
        : [{ firstKey: first.key, offset: 0, length: 0, netBefore: 0, entries: entries.length }],
    entries: () => Promise.resolve(entries),
  };
}
