import { expect, test } from '@jest/globals';

import { UsagePlan } from './usage-plan.ts';

function planOf(options: { rate?: number; burst?: number; requestsPerDay?: number }) {
  let now = Date.parse('2026-11-27T23:59:59Z');
  const plan = new UsagePlan(
    {
      stages: ['api/v1'],
      throttle:
        options.rate === undefined ? undefined : { rate: options.rate, burst: options.burst ?? 1 },
      requestsPerDay: options.requestsPerDay,
    },
    { monotonicMs: () => now, nowMs: () => now },
  );
  plan.addKey('key');
  return { plan, pass: (ms: number) => (now += ms) };
}

test('its keys are valid at its stages', () => {
  const { plan } = planOf({});
  expect(plan.isValidAt('key', 'api/v1')).toBe(true);
  expect(plan.isValidAt('key', 'other/v1')).toBe(false);
  expect(plan.isValidAt('other', 'api/v1')).toBe(false);
});

test('throttles each key alone', () => {
  const { plan, pass } = planOf({ rate: 1, burst: 2 });
  plan.addKey('other');
  expect(['key', 'key', 'key', 'other'].map((key) => plan.admit(key))).toEqual([
    'admitted',
    'admitted',
    'THROTTLED',
    'admitted',
  ]);
  pass(1000);
  expect(plan.admit('key')).toBe('admitted');
});

test('a quota lasts until midnight', () => {
  const { plan, pass } = planOf({ requestsPerDay: 1 });
  expect([plan.admit('key'), plan.admit('key')]).toEqual(['admitted', 'QUOTA_EXCEEDED']);
  pass(1000);
  expect(plan.admit('key')).toBe('admitted');
});
