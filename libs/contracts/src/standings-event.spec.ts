import { describe, expect, test } from '@jest/globals';
import { invalidStandingsFixtures, validStandingsFixtures } from '../fixtures/fixtures.ts';
import { parseStandingsEvent, validateStandingsEvent } from './standings-event.ts';

describe('the standings-event contract', () => {
  test.each(validStandingsFixtures())('accepts $name and returns the same event', ({ event }) => {
    expect(parseStandingsEvent(JSON.stringify(event))).toEqual({ valid: true, value: event });
  });

  test.each(invalidStandingsFixtures())(
    'rejects $name at $path by the rule $rule',
    ({ event, path, rule }) => {
      expect(validateStandingsEvent(event)).toMatchObject({
        valid: false,
        issues: expect.arrayContaining([expect.objectContaining({ path, rule })]),
      });
    },
  );

  test('rejects a body that is not JSON', () => {
    expect(parseStandingsEvent('{"eventID":')).toMatchObject({
      valid: false,
      issues: [{ path: '', rule: 'json', value_type: 'string' }],
    });
  });
});
