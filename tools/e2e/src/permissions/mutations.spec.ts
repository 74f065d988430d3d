import { expect, test } from '@jest/globals';
import { mutationsOf, sampleOf } from './mutations.ts';
import type { StackUsage } from './usage-file.ts';

function usage(spec: string, ...actions: string[]): StackUsage {
  return {
    spec,
    grants: [],
    used: actions.map((action) => ({ owner: 'api', sid: 'Read', action, resource: 'a' })),
    denied: [],
  };
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

test('a sample is the same for the same seed, and another for another', () => {
  const actions = Array.from({ length: 40 }, (_, index) => `a:Action${index}`);
  const mutations = mutationsOf([usage('a.ts', ...actions)], new Map());
  const sample = sampleOf(mutations, 5, '1');
  expect(sample).toHaveLength(5);
  expect(sampleOf([...mutations].reverse(), 5, '1')).toEqual(sample);
  expect(sampleOf(mutations, 5, '2')).not.toEqual(sample);
});
