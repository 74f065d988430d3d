/**
 * What a run or a log holds of one rank key. Entries of the same key add up: a key that is on the board has a net of 1 over
 * log and runs, one that is not has 0. A part of the log may hold a removal whose insertion is elsewhere, so the net of one
 * run may be anything.
 */
export interface RunEntry {
  readonly key: string;
  /** Insertions less removals. */
  readonly net: number;
  /** Time of the newest transaction that is in it (ms since the epoch; it rises with every transaction of a player). */
  readonly time: number;
  /** Number of updates of the standing; undefined where the newest transaction removed it. */
  readonly updates: number | undefined;
  /** When the value was reached (ms since the epoch), where the key does not tell. */
  readonly achievedAtMs: number | undefined;
}

/** The entry of both; undefined when nothing is left of them: what was inserted was removed later. */
export function combine(a: RunEntry, b: RunEntry): RunEntry | undefined {
  const net = a.net + b.net;
  const newest = b.time > a.time ? b : a;
  // A net of 0 with a standing is kept: it was changed in place, or its older insertion is in a part not seen here.
  return net === 0 && newest.updates === undefined ? undefined : { ...newest, net };
}

/** One line, in ASCII: key, net, time, updates and the time reached; numbers in base 36, `-` for none. */
export function toLine({ key, net, time, updates, achievedAtMs }: RunEntry): string {
  const standing = updates === undefined ? '-' : updates.toString(36);
  const reached = achievedAtMs === undefined ? '' : ` ${achievedAtMs.toString(36)}`;
  return `${key} ${net.toString(36)} ${time.toString(36)} ${standing}${reached}\n`;
}

/** The entries of lines of {@link toLine}. */
export function parseLines(text: string): RunEntry[] {
  const entries: RunEntry[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const [key = '', net = '', time = '', updates = '', reached] = text
      .slice(start, end)
      .split(' ');
    entries.push({
      key,
      net: Number.parseInt(net, 36),
      time: Number.parseInt(time, 36),
      updates: updates === '-' ? undefined : Number.parseInt(updates, 36),
      achievedAtMs: reached === undefined ? undefined : Number.parseInt(reached, 36),
    });
    start = end + 1;
  }
  return entries;
}

/** Size of entries in a run, in bytes. */
export function bytesOf(entries: readonly RunEntry[]): number {
  return entries.reduce((sum, entry) => sum + toLine(entry).length, 0);
}
