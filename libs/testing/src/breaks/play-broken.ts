import { breakCode } from './break-code.ts';
import type { Break } from './break.ts';

/** What the play of one break prints. */
export interface BrokenPlay {
  /** Histories until a promise was broken, that one included; null if none was. */
  readonly histories: number | null;
  readonly seed: number | null;
  readonly violation: string | null;
}

export interface PlayOptions {
  /** Seed of the first history; the next one has the next seed. */
  readonly seed: number;
  readonly runs: number;
}

/**
 * Plays histories with broken code and prints the result as JSON. The arguments of the process are the break's name, the first seed
 * and the number of histories.
 *
 * @param play imports the code only when it is called: what is imported before the break is whole
 */
export async function playBroken(
  breaks: readonly Break[],
  play: (
    options: PlayOptions,
  ) => Promise<{ readonly seed: number; readonly violation: Error } | undefined>,
): Promise<void> {
  const [name, seedOption, runsOption] = process.argv.slice(2);
  const seed = Number(seedOption);
  const broken = breaks.find((each) => each.name === name);
  if (!broken) throw new Error(`There is no break "${name}".`);
  breakCode(broken);
  const finding = await play({ seed, runs: Number(runsOption) });
  const result: BrokenPlay = {
    histories: finding ? finding.seed - seed + 1 : null,
    seed: finding?.seed ?? null,
    violation: finding?.violation.message ?? null,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
