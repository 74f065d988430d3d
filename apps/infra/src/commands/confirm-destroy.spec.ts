import { expect, test } from '@jest/globals';

import { type Ask, refusalToDestroy } from './confirm-destroy.ts';

const noTerminal: Ask = undefined;
const answers =
  (answer: string): Ask =>
  () =>
    Promise.resolve(answer);
const mustNotAsk: Ask = () => Promise.reject(new Error('asked'));

test('a stack that is not production is left to the question of Pulumi', async () => {
  expect(await refusalToDestroy({ stack: 'dev', pulumiArgs: [] }, mustNotAsk)).toBeUndefined();
});

test.each(['prod', 'studio/leaderboard/prod'])('%s needs its name typed', async (stack) => {
  const options = { stack, yes: true, pulumiArgs: [] };
  expect(await refusalToDestroy(options, answers(stack))).toBeUndefined();
  expect(await refusalToDestroy(options, answers('yes'))).toContain('"yes" is not the name');
  expect(await refusalToDestroy(options, answers(''))).toContain('Nothing was destroyed');
});

test('without a terminal prod needs its name in a flag: --yes alone is not enough', async () => {
  const options = { stack: 'prod', yes: true, pulumiArgs: [] };
  expect(await refusalToDestroy(options, noTerminal)).toContain('--yes --confirm-stack prod');
  const confirmed = { ...options, confirmStack: 'prod' };
  expect(await refusalToDestroy(confirmed, noTerminal)).toBeUndefined();
  const mistaken = { ...options, confirmStack: 'dev' };
  expect(await refusalToDestroy(mistaken, noTerminal)).toContain('"dev" is not the name');
});
