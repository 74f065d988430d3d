/** Lines kept per log group; older ones are dropped. */
const LINES_KEPT = 2_000;

export type LogSink = (group: string, line: string) => void;

/** The log groups of the stack, in memory: the last lines of each. */
export class LogGroups {
  readonly #groups = new Map<string, string[]>();
  readonly #sinks: readonly LogSink[];

  constructor(sinks: readonly LogSink[]) {
    this.#sinks = sinks;
  }

  create(group: string): void {
    if (!this.#groups.has(group)) this.#groups.set(group, []);
  }

  write(group: string, line: string): void {
    this.create(group);
    const lines = this.#groups.get(group) ?? [];
    lines.push(line);
    if (lines.length > LINES_KEPT) lines.splice(0, lines.length - LINES_KEPT);
    for (const sink of this.#sinks) sink(group, line);
  }

  lines(group: string): readonly string[] | undefined {
    return this.#groups.get(group);
  }
}
