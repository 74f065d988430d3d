import { expect, test } from '@jest/globals';
import { mutationsOf, sampleOf } from './mutations.ts';
import type { StackUsage } from './usage-file.ts';

function usage(spec: string, ...actions: string[]): StackUsage {
  const used = actions.map((action) => ({ owner: 'api', sid: 'Read', action, resource: 'a' }));
  return { spec, grants: used, used, denied: [] };
}

test('each action is taken away once, and the quickest spec that uses it comes first', () => {
  const usages = [
    usage('slow.ts', 'a:Get', 'a:Put'),
    usage('quick.ts', 'a:Get'),
    usage('slow.ts', 'a:Get'),
  ];
  const durations = new Map([
    ['slow.ts', 9_000],
    ['quick.ts', 1_000],
  ]);
  expect(mutationsOf(usages, durations)).toEqual([
    { grant: 'api:Read:a:Get', action: 'a:Get', specs: ['quick.ts', 'slow.ts'] },
    { grant: 'api:Read:a:Put', action: 'a:Put', specs: ['slow.ts'] },
  ]);
});

test('what a test grants itself is not taken away', () => {
  const { used, ...rest } = usage('a.ts', 'a:Get');
  const own = { owner: 'temporary-1', sid: 'Statement1', action: 'a:Put', resource: 'a' };
  const [only, ...others] = mutationsOf([{ ...rest, used: [...used, own] }], new Map());
  expect(only).toMatchObject({ grant: 'api:Read:a:Get' });
  expect(others).toEqual([]);
});

test('a sample is the same for the same seed, and another for another', () => {
  const actions = Array.from({ length: 40 }, (_, index) => `a:Action${index}`);
  const mutations = mutationsOf([usage('a.ts', ...actions)], new Map());
  const sample = sampleOf(mutations, 5, '1');
  expect(sample).toHaveLength(5);
  expect(sampleOf([...mutations].reverse(), 5, '1')).toEqual(sample);
  expect(sampleOf(mutations, 5, '2')).not.toEqual(sample);
});
