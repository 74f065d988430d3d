import { describe, expect, test } from '@jest/globals';
import { invalidWebhookFixtures, validWebhookFixtures } from '../fixtures/fixtures.ts';
import { describeIssues } from './issues.ts';
import { TRANSACTION_TYPES, validateWebhookEvent } from './webhook-event.ts';
import schema from '../schemas/webhook-event.schema.json' with { type: 'json' };

const event = {
  event_id: 'evt_1',
  transaction_type: 'payment',
  amount: 12.5,
  timestamp: '2026-11-21T09:30:00Z',
};

describe('the webhook-event contract', () => {
  test.each(validWebhookFixtures())('accepts $name as it is', ({ event }) => {
    expect(validateWebhookEvent(event)).toEqual({ valid: true, value: event });
  });

  test.each(invalidWebhookFixtures())(
    'rejects $name at $path by the rule $rule',
    ({ event, path, rule }) => {
      expect(validateWebhookEvent(event)).toMatchObject({
        valid: false,
        issues: expect.arrayContaining([expect.objectContaining({ path, rule })]),
      });
    },
  );

  test.each([Infinity, -Infinity, Number.NaN])('rejects the amount %d', (amount) => {
    expect(validateWebhookEvent({ ...event, amount }).valid).toBe(false);
  });

  test('names missing fields first, in the order of the schema', () => {
    const result = validateWebhookEvent({ event_id: 7 });
    expect(result.valid ? [] : result.issues.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      '/transaction_type required',
      '/amount required',
      '/timestamp required',
      '/event_id type',
    ]);
  });

  test.each([
    [
      { event_id: 'a b' },
      '/event_id (string "a b") must be printable ASCII characters without spaces (rule: pattern)',
    ],
    [
      { amount: 0.1 + 0.2 },
      '/amount (number 0.30000000000000004) must be a decimal number of at most 15 digits, at most 6 of them after the point (rule: format)',
    ],
    [{ amount: Infinity }, '/amount (number Infinity) must be number (rule: type)'],
    [
      { timestamp: 'now' },
      '/timestamp (string "now") must be ISO 8601 with seconds and a zone, for example 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00 (rule: pattern)',
    ],
    [
      { timestamp: '2026-02-30T00:00:00Z' },
      '/timestamp (string "2026-02-30T00:00:00Z") must be a day of the calendar (rule: format)',
    ],
  ])('describes what is wrong with %j', (change, message) => {
    const result = validateWebhookEvent({ ...event, ...change });
    expect(describeIssues(result.valid ? [] : result.issues)).toBe(message);
  });

  test('lists every type of the schema', () => {
    expect(TRANSACTION_TYPES).toEqual(schema.properties.transaction_type.enum);
  });
});
