import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { mutationsOf, sampleOf, type Mutation } from './mutations.ts';
import { runMutant, type MutantResult } from './run-mutant.ts';
import { readUsage, USAGE_FOLDER } from './usage-file.ts';

interface Flags {
  readonly sample?: number;
  readonly seed: string;
  readonly only?: string;
  readonly parallel: number;
  readonly json?: true;
}

const command = new Command('permissions')
  .description(
    'Takes away each permission of the Pulumi program in turn and names the end-to-end test that then fails. ' +
      'The last run of the tests, nx run e2e:test, recorded which test uses which permission.',
  )
  .option('--sample <count>', 'number of permissions to take away, chosen by the seed', parseCount)
  .option('--seed <text>', 'seed of the choice', '1')
  .option('--only <text>', 'permissions whose <role>:<statement id>:<action> contains this')
  .option('--parallel <count>', 'mutants that run at the same time', parseCount, 2)
  .option('--json', 'print the results as JSON')
  .action(run);

await command.parseAsync();

async function run(flags: Flags): Promise<void> {
  const usages = await readUsage(USAGE_FOLDER);
  const all = mutationsOf(usages, await durationsMs()).filter(({ grant }) =>
    grant.includes(flags.only ?? ''),
  );
  if (all.length === 0) {
    console.error(
      usages.length === 0
        ? 'No test run has recorded which test uses which permission. Run the tests first: npx nx run e2e:test'
        : `No test uses a permission with "${flags.only ?? ''}" in its name.`,
    );
    process.exitCode = 1;
    return;
  }
  const mutations = flags.sample === undefined ? all : sampleOf(all, flags.sample, flags.seed);
  const results = await inParallel(mutations, flags.parallel, async (mutation) => {
    const result = await runMutant(mutation);
    if (!flags.json) console.log(describe(result));
    return result;
  });
  const survivors = results.filter(({ killedBy }) => killedBy === undefined);
  if (flags.json) console.log(JSON.stringify(results, undefined, 2));
  else {
    console.log(
      `${results.length} of ${all.length} permissions taken away, ${results.length - survivors.length} made a test fail, ${survivors.length} did not.`,
    );
  }
  process.exitCode = survivors.length === 0 ? 0 : 1;
}

function describe({ grant, killedBy, denied, specs }: MutantResult): string {
  if (killedBy !== undefined) {
    return `needed    ${grant}\n          ${killedBy.spec}: ${killedBy.test}`;
  }
  const calls = denied === 0 ? 'no call was denied' : `${denied} calls were denied`;
  return `SURVIVED  ${grant}\n          ${calls}, and no test of ${specs.join(', ')} failed for it`;
}

/** How long each spec took when the tests last ran; empty when that is not known. */
async function durationsMs(): Promise<Map<string, number>> {
  const file = path.resolve(import.meta.dirname, '../../test-results.json');
  const text = await readFile(file, 'utf8').catch(() => '{"testResults":[]}');
  const { testResults } = JSON.parse(text) as {
    testResults: { name: string; startTime: number; endTime: number }[];
  };
  return new Map(
    testResults.map(({ name, startTime, endTime }) => [path.basename(name), endTime - startTime]),
  );
}

async function inParallel(
  mutations: readonly Mutation[],
  width: number,
  task: (mutation: Mutation) => Promise<MutantResult>,
): Promise<MutantResult[]> {
  const results: MutantResult[] = [];
  const queue = mutations.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const mutation of queue) results.push(await task(mutation));
    }),
  );
  return results;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError('must be a whole number from 1.');
  }
  return count;
}
