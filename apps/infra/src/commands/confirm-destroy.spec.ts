import { describe, expect, test } from '@jest/globals';

import { type Ask, refusalToDestroy, refusalToDiscard } from './confirm-destroy.ts';

const noTerminal: Ask = undefined;
const typing =
  (text: string): Ask =>
  () =>
    Promise.resolve(text);
const mustNotAsk: Ask = () => Promise.reject(new Error('asked'));

test('only Pulumi asks before it destroys a stack that is not production', async () => {
  expect(await refusalToDestroy({ stack: 'dev', pulumiArgs: [] }, [], mustNotAsk)).toBeUndefined();
});

test.each(['prod', 'studio/leaderboard/prod', 'prod-eu', 'production'])(
  'asks for the name of %s',
  async (stack) => {
    const options = { stack, yes: true, pulumiArgs: [] };
    expect(await refusalToDestroy(options, [], typing(stack))).toBeUndefined();
    expect(await refusalToDestroy(options, [], typing('yes'))).toContain('"yes" is not the name');
    expect(await refusalToDestroy(options, [], typing(''))).toContain('Nothing was destroyed');
  },
);

test('needs --confirm-stack for prod without a terminal: --yes alone is not enough', async () => {
  const options = { stack: 'prod', yes: true, pulumiArgs: [] };
  expect(await refusalToDestroy(options, [], noTerminal)).toContain('--yes --confirm-stack prod');
  const confirmed = { ...options, confirmStack: 'prod' };
  expect(await refusalToDestroy(confirmed, [], noTerminal)).toBeUndefined();
  const mistaken = { ...options, confirmStack: 'dev' };
  expect(await refusalToDestroy(mistaken, [], noTerminal)).toContain('"dev" is not the name');
});

test('asks for the name of a stack whose suffix means production', async () => {
  const options = { stack: 'live', yes: true, pulumiArgs: [] };
  expect(await refusalToDestroy(options, ['prod'], noTerminal)).toContain('--confirm-stack live');
  expect(await refusalToDestroy(options, ['live'], mustNotAsk)).toBeUndefined();
});

describe('messages in the queues of a stack', () => {
  const options = { stack: 'dev', yes: true, pulumiArgs: [] };
  const messages = [
    { queue: 'leaderboard-updates-dev.fifo', count: 40 },
    { queue: 'leaderboard-dlq-dev.fifo', count: 2 },
  ];

  test('are not destroyed without a terminal, even with --yes, unless an option says so', async () => {
    expect(await refusalToDiscard(options, messages, noTerminal)).toMatch(
      /^42 messages would be destroyed with their queues: leaderboard-updates-dev.fifo 40, leaderboard-dlq-dev.fifo 2\. Nothing was destroyed.*--discard-messages\.$/,
    );
    const discarding = { ...options, discardMessages: true };
    expect(await refusalToDiscard(discarding, messages, mustNotAsk)).toBeUndefined();
  });

  test('are destroyed when the terminal confirms it', async () => {
    expect(await refusalToDiscard(options, messages, typing('discard'))).toBeUndefined();
    expect(await refusalToDiscard(options, messages, typing('yes'))).toContain('42 messages');
  });

  test('are asked about when they cannot be counted', async () => {
    expect(await refusalToDiscard(options, 'AccessDenied: no', noTerminal)).toContain(
      'is not known: AccessDenied: no',
    );
  });

  test('need no question when there are none', async () => {
    expect(await refusalToDiscard(options, [], mustNotAsk)).toBeUndefined();
  });
});
