import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { Bundle, checkBundle } from '@leaderboard/testing/bundles';
import { ENVIRONMENT } from './testing/environment.ts';

const bundle = new Bundle(path.join(import.meta.dirname, '../dist/processor/index.mjs'));

const BOARDS = fileURLToPath(import.meta.resolve('@leaderboard/ranking/boards.json'));
const environment = { ...ENVIRONMENT, BOARD_DEFINITIONS: readFileSync(BOARDS, 'utf8') };

checkBundle('processor', bundle, {
  // Every cold start reads and compiles it. Measured: 492 kB.
  sizeBudget: 520_000,
  environment,
  requiredVariable: 'DYNAMODB_TABLE_NAME',
});

test('the bundle settles an empty batch', async () => {
  const { response } = await bundle.invoke({ Records: [] }, environment);
  expect(response).toEqual({ batchItemFailures: [] });
});

test('what the bundle throws and logs names the lines of the sources', async () => {
  const output = await bundle.run(
    `process.stderr.write = process.stdout.write.bind(process.stdout);
     const records = [{ messageId: 'm', attributes: {} }];
     await handler({ Records: records }, {}).catch(({ stack }) => console.log(JSON.stringify({ stack })));`,
    environment,
  );
  const stacks = output.split('\n').filter((line) => line.includes('"stack"'));
  expect(stacks).toHaveLength(2);
  for (const stack of stacks)
    expect(stack).toMatch(/\(libs\/function\/src\/queue-record\.ts:\d+:\d+\)/);
});
