import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseStandingsEvent, validateStandingsEvent } from './standings-event.ts';

interface InvalidEvent {
  event: unknown;
  path: string;
  rule: string;
}

describe('the standings-event contract', () => {
  test.each(fixtures('valid'))('accepts %s and returns the same event', (_name, event) => {
    expect(parseStandingsEvent(JSON.stringify(event))).toEqual({ valid: true, value: event });
  });

  test.each(fixtures('invalid'))('rejects %s at its path by its rule', (_name, content) => {
    const { event, path: failing, rule } = content as InvalidEvent;
    expect(validateStandingsEvent(event)).toMatchObject({
      valid: false,
      issues: expect.arrayContaining([expect.objectContaining({ path: failing, rule })]),
    });
  });

  test('rejects a body that is not JSON', () => {
    expect(parseStandingsEvent('{"eventID":')).toMatchObject({
      valid: false,
      issues: [{ path: '', rule: 'json', value_type: 'string' }],
    });
  });
});

function fixtures(kind: 'valid' | 'invalid'): [name: string, content: unknown][] {
  const folder = path.join(import.meta.dirname, '../fixtures/standings-event', kind);
  return readdirSync(folder)
    .sort()
    .map((file) => [
      path.basename(file, '.json'),
      JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as unknown,
    ]);
}
