import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pins from '../fixtures/content-hashes.json' with { type: 'json' };
import { validFixtures } from '../fixtures/fixtures.ts';
import schema from '../schemas/leaderboard-update.schema.json' with { type: 'json' };
import { compareContent, contentHash } from './content-hash.ts';
import { validateLeaderboardUpdate, type LeaderboardUpdate } from './leaderboard-update.ts';

const update: LeaderboardUpdate = {
  player_id: 'ann',
  event_id: 'match-7',
  game_id: 'chess',
  score: 12,
  update_type: 'score_update',
  occurred_at: '2026-11-21T09:30:00Z',
  metadata: { b: 1, a: { d: [2, 3], c: null } },
};
/** SHA-256 of the whole update, as processors stored it before hashes had a version. */
const V1_OF_UPDATE = 'deb08e145a56e2435f4b4100c312a1d1f48b0a610d0b98089cea3bfc1a3b3fd8';

/** The update with its defaults filled in. */
function complete(fixture: Record<string, unknown>): LeaderboardUpdate {
  const result = validateLeaderboardUpdate(fixture);
  if (!result.valid) throw new Error('The fixture is not valid');
  return result.value;
}

describe('stored hashes', () => {
  test.each(validFixtures().map(({ name, update: fixture }) => [name, fixture] as const))(
    '%s has its stored hash, with defaults omitted or filled in, and in version 1',
    (name, fixture) => {
      const pinned = (pins as Record<string, { v1: string; v2: string }>)[name];
      expect(contentHash(fixture as unknown as LeaderboardUpdate)).toBe(pinned?.v2);
      expect(contentHash(complete(fixture))).toBe(pinned?.v2);
      expect(compareContent(complete(fixture), pinned?.v2 ?? '')).toBe('same');
      expect(compareContent(complete(fixture), pinned?.v1 ?? '')).toBe('same');
    },
  );

  test('exist for exactly the valid fixtures', () => {
    expect(Object.keys(pins).sort()).toEqual(
      validFixtures()
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('every field identifies the event or is content, and the frozen defaults equal the schema', () => {
    const content = Object.entries(schema.properties).filter(
      ([field]) => !['player_id', 'event_id', 'occurred_at'].includes(field),
    );
    // For a new field: add its default to the content hash, and compare it with markers of version 1.
    expect(content.map(([field]) => field)).toEqual([
      'game_id',
      'score',
      'update_type',
      'metadata',
    ]);
    const { game_id, score } = update;
    const defaults = Object.fromEntries(
      content.flatMap(([field, rules]) => ('default' in rules ? [[field, rules.default]] : [])),
    );
    expect(contentHash({ game_id, score, ...defaults })).toBe(contentHash({ game_id, score }));
  });
});

describe('the content hash', () => {
  test('does not depend on the order of keys', () => {
    const { player_id, ...rest } = update;
    const reordered = { ...rest, metadata: { a: { c: null, d: [2, 3] }, b: 1 }, player_id };
    expect(contentHash(reordered)).toBe(contentHash(update));
  });

  test.each([
    { player_id: 'bob' },
    { event_id: 'match-8' },
    { occurred_at: '2026-11-21T09:30:01Z' },
  ])('does not depend on %j, which is not content', (change) => {
    expect(contentHash({ ...update, ...change })).toBe(contentHash(update));
  });

  test.each([
    { score: 13 },
    { game_id: 'go' },
    { update_type: 'bonus' },
    { metadata: {} },
    { metadata: { a: { d: [3, 2], c: null }, b: 1 } },
  ])('changes with %j', (change) => {
    expect(contentHash({ ...update, ...change })).not.toBe(contentHash(update));
  });

  test('differs exactly for metadata that differs as JSON', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), (one, other) => {
        const [hash, otherHash] = [one, other].map((metadata) =>
          contentHash({ ...update, metadata }),
        );
        expect(hash === otherHash).toBe(isSameJson(one, other));
      }),
    );
  });

  test.each([
    ['1.0', '1'],
    ['1e0', '1'],
    ['-0', '0'],
    ['0.10', '1e-1'],
  ])('is the same for the numbers %s and %s', (one, other) => {
    const [hash, otherHash] = [one, other].map((literal) =>
      contentHash({ ...update, metadata: { number: JSON.parse(literal) as number } }),
    );
    expect(hash).toBe(otherHash);
  });
});

describe('comparing with a stored hash', () => {
  test('a hash of version 2 does not depend on the time', () => {
    const later = { ...update, occurred_at: '2026-11-21T17:30:00Z' };
    expect(compareContent(later, contentHash(update))).toBe('same');
    expect(compareContent({ ...update, score: 13 }, contentHash(update))).toBe('different');
  });

  test('a hash of version 1 is compared in version 1, which includes the time', () => {
    expect(compareContent(update, V1_OF_UPDATE)).toBe('same');
    expect(compareContent({ ...update, score: 13 }, V1_OF_UPDATE)).toBe('different');
    const later = { ...update, occurred_at: '2026-11-21T17:30:00Z' };
    expect(compareContent(later, V1_OF_UPDATE)).toBe('different');
  });

  test.each(['v3:e3b0c44298fc1c149afbf4c8996fb924', 'hash-of-another-release', ''])(
    'the hash %j has an unknown version',
    (hash) => {
      expect(compareContent(update, hash)).toBe('unknown');
    },
  );
});

function isSameJson(one: unknown, other: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(one))).toStrictEqual(JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}
