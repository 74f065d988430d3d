// Plays histories with broken code and prints the result as JSON: play-broken.ts <break> <seed> <runs>
import { breakCode } from './break-code.ts';
import { BREAKS } from './breaks.ts';

/** What the play of one break prints. */
export interface BrokenPlay {
  /** Histories until a promise was broken, that one included; null if none was. */
  readonly histories: number | null;
  readonly seed: number | null;
  readonly violation: string | null;
}

const [name, seedOption, runsOption] = process.argv.slice(2);
const seed = Number(seedOption);
const broken = BREAKS.find((each) => each.name === name);
if (!broken) throw new Error(`There is no break "${name}".`);
breakCode(broken);

// Only now: what is imported before the break is whole.
const { playHistories } = await import('../histories/play-histories.ts');
const finding = await playHistories({ seed, runs: Number(runsOption) });
const result: BrokenPlay = {
  histories: finding ? finding.seed - seed + 1 : null,
  seed: finding?.seed ?? null,
  violation: finding?.violation.message ?? null,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
