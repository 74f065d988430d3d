import { combine, type RunEntry } from './run-entry.ts';
import { segmentOf } from './run-index.ts';
import type { OpenRun } from './run-reader.ts';

export type Direction = 'forward' | 'backward';

/** One window of a board at one moment: its runs, and what the log adds to them. Everything it says is of that moment. */
export class WindowCut {
  readonly #runs: readonly OpenRun[];

  /** @param runs those of the stack, and one of the log's entries */
  constructor(runs: readonly OpenRun[]) {
    this.#runs = runs;
  }

  /** Players on the board. */
  get total(): number {
    return this.#runs.reduce((total, { net }) => total + net, 0);
  }

  /** How many players {@link roughlyBelow} may be off at most. */
  get resolution(): number {
    return this.#runs.reduce((sum, { segments }) => {
      const most = segments.reduce((entries, segment) => Math.max(entries, segment.entries), 0);
      return segments.length > 1 ? sum + most : sum;
    }, 0);
  }

  /** How many players have a key below this one. */
  async below(key: string): Promise<number> {
    const counts = await Promise.all(
      this.#runs.map(async (run) => {
        const position = segmentOf(run.segments, key);
        const segment = run.segments[position];
        if (segment === undefined) return 0;
        // No entry of the segment is below its first key.
        if (segment.firstKey === key) return segment.netBefore;
        let net = segment.netBefore;
        for (const entry of await run.entries(position)) {
          if (entry.key >= key) break;
          net += entry.net;
        }
        return net;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** {@link below}, of runs with several segments from their index alone: it reads nothing, whatever the number of calls. */
  async roughlyBelow(key: string): Promise<number> {
    const small = new WindowCut(this.#runs.filter(({ segments }) => segments.length <= 1));
    const large = this.#runs.reduce((sum, { segments }) => {
      if (segments.length <= 1) return sum;
      return sum + (segments[segmentOf(segments, key)]?.netBefore ?? 0);
    }, 0);
    return large + (await small.below(key));
  }

  /** What log and runs add up to for a key: on the board if its net is 1. */
  async at(key: string): Promise<RunEntry | undefined> {
    const found = await Promise.all(
      this.#runs.map(async (run) => {
        const position = segmentOf(run.segments, key);
        return position < 0 ? undefined : entryIn(await run.entries(position), key);
      }),
    );
    return found.reduce<RunEntry | undefined>(
      (sum, entry) => (sum && entry ? combine(sum, entry) : (sum ?? entry)),
      undefined,
    );
  }

  /**
   * The players on the board from a key on, in order.
   *
   * @param from the key to begin at, or the first place where it would be; the end of the board if left out
   * @param isIncluded whether the entry of that key belongs to them
   */
  async entries(
    direction: Direction,
    limit: number,
    from?: string,
    isIncluded = true,
  ): Promise<RunEntry[]> {
    const sources = this.#runs.map((run) => new Source(run, direction, from, isIncluded));
    await Promise.all(sources.map((source) => source.read()));
    const isBefore =
      direction === 'forward' ? (a: string, b: string) => a < b : (a: string, b: string) => a > b;
    const entries: RunEntry[] = [];
    while (entries.length < limit) {
      let key: string | undefined;
      for (const { head } of sources) {
        if (head !== undefined && (key === undefined || isBefore(head.key, key))) key = head.key;
      }
      if (key === undefined) break;
      let sum: RunEntry | undefined;
      for (const source of sources) {
        const { head } = source;
        if (head?.key !== key) continue;
        sum = sum === undefined ? head : combine(sum, head);
        if (source.advance()) await source.read();
      }
      if (sum !== undefined && sum.net > 0) entries.push(sum);
    }
    return entries;
  }

  /**
   * The key of the player with this many players below; undefined when there are not so many.
   *
   * @param below 0 or more
   */
  async keyAfter(below: number): Promise<string | undefined> {
    if (below >= this.total) return undefined;
    const largest = this.#runs.reduce<OpenRun | undefined>(
      (most, run) =>
        run.segments.length > (most?.segments.length ?? 0) || most === undefined ? run : most,
      undefined,
    );
    // The last segment of the largest run that begins with no more players below: a few steps back where the others matter.
    let position = (largest?.segments.length ?? 0) - 1;
    let low = 0;
    while (low < position) {
      const middle = (low + position + 1) >> 1;
      const start = largest?.segments[middle]?.firstKey ?? '';
      if ((await this.roughlyBelow(start)) <= below) low = middle;
      else position = middle - 1;
    }
    let from = position > 0 ? largest?.segments[position]?.firstKey : undefined;
    let count = from === undefined ? 0 : await this.below(from);
    while (from !== undefined && count > below) {
      position -= 1;
      from = position > 0 ? largest?.segments[position]?.firstKey : undefined;
      count = from === undefined ? 0 : await this.below(from);
    }
    const entries = await this.entries('forward', below - count + 1, from);
    return entries[below - count]?.key;
  }
}

/** The entries of one run in one direction. */
class Source {
  readonly #run: OpenRun;
  readonly #direction: Direction;
  readonly #from: string | undefined;
  readonly #isIncluded: boolean;
  #entries: readonly RunEntry[] = [];
  #position = 0;
  #segment: number;

  constructor(run: OpenRun, direction: Direction, from: string | undefined, isIncluded: boolean) {
    this.#run = run;
    this.#direction = direction;
    this.#from = from;
    this.#isIncluded = isIncluded;
    const { segments } = run;
    if (from !== undefined) this.#segment = segmentOf(segments, from);
    else this.#segment = direction === 'forward' ? 0 : segments.length - 1;
    if (direction === 'forward') this.#segment = Math.max(0, this.#segment);
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
    const { segments } = this.#run;
    while (this.#entries.length === 0 && this.#segment >= 0 && this.#segment < segments.length) {
      const entries = await this.#run.entries(this.#segment);
      const inOrder = this.#direction === 'forward' ? entries : entries.toReversed();
      const start = inOrder.findIndex(({ key }) => this.#isWanted(key));
      this.#entries = start < 0 ? [] : inOrder.slice(start);
      this.#segment += this.#direction === 'forward' ? 1 : -1;
    }
  }

  #isWanted(key: string): boolean {
    if (this.#from === undefined) return true;
    if (key === this.#from) return this.#isIncluded;
    return this.#direction === 'forward' ? key > this.#from : key < this.#from;
  }
}

function entryIn(entries: readonly RunEntry[], key: string): RunEntry | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.key ?? '') < key) low = middle + 1;
    else high = middle;
  }
  const entry = entries[low];
  return entry?.key === key ? entry : undefined;
}
