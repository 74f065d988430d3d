import { expect, test } from '@jest/globals';

import { type Ask, refusalToDestroy } from './confirm-destroy.ts';

const noTerminal: Ask = undefined;
const typing =
  (text: string): Ask =>
  () =>
    Promise.resolve(text);
const mustNotAsk: Ask = () => Promise.reject(new Error('asked'));

test('only Pulumi asks before it destroys a stack that is not production', async () => {
  expect(await refusalToDestroy({ stack: 'dev', pulumiArgs: [] }, mustNotAsk)).toBeUndefined();
});

test.each(['prod', 'studio/leaderboard/prod'])('asks for the name of %s', async (stack) => {
  const options = { stack, yes: true, pulumiArgs: [] };
  expect(await refusalToDestroy(options, typing(stack))).toBeUndefined();
  expect(await refusalToDestroy(options, typing('yes'))).toContain('"yes" is not the name');
  expect(await refusalToDestroy(options, typing(''))).toContain('Nothing was destroyed');
});

test('needs --confirm-stack for prod without a terminal: --yes alone is not enough', async () => {
  const options = { stack: 'prod', yes: true, pulumiArgs: [] };
  expect(await refusalToDestroy(options, noTerminal)).toContain('--yes --confirm-stack prod');
  const confirmed = { ...options, confirmStack: 'prod' };
  expect(await refusalToDestroy(confirmed, noTerminal)).toBeUndefined();
  const mistaken = { ...options, confirmStack: 'dev' };
  expect(await refusalToDestroy(mistaken, noTerminal)).toContain('"dev" is not the name');
});
