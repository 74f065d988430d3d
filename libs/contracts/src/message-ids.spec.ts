import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bodyHash, deduplicationId, messageGroupId } from './message-ids.ts';

const update = {
  player_id: 'ann',
  event_id: 'match-7',
  game_id: 'chess',
  score: 12,
  update_type: 'score_update',
  occurred_at: '2026-11-21T09:30:00Z',
  metadata: { b: 1, a: { d: [2, 3], c: null } },
};

describe('message group and deduplication ids', () => {
  test('the group is the player', () => {
    expect(messageGroupId(update)).toBe('ann');
  });

  test('the deduplication id stays what producers in the field already send', () => {
    expect(deduplicationId(update)).toBe(
      '289f509c3c23200b123478372a3350194d60976aa48a2c70809d4e6e85adf5f2',
    );
  });

  test('players who share an event id have deduplication ids of their own, however their parts join', () => {
    const ids = [
      ['ann', 'match-7'],
      ['bob', 'match-7'],
      ['ann-match', '7'],
      ['ann-', 'match7'],
    ].map(([player_id = '', event_id = '']) => deduplicationId({ player_id, event_id }));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the body hash', () => {
  test('is the same whatever the order of the keys', () => {
    const { player_id, ...rest } = update;
    const reordered = { ...rest, metadata: { a: { c: null, d: [2, 3] }, b: 1 }, player_id };
    expect(bodyHash(reordered)).toBe(bodyHash(update));
  });

  test('tells every other content apart', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), (one, other) => {
        const same =
          JSON.stringify(bodyHash({ ...update, metadata: one })) ===
          JSON.stringify(bodyHash({ ...update, metadata: other }));
        expect(same).toBe(isSameJson(one, other));
      }),
    );
  });

  test.each([
    { score: 13 },
    { game_id: 'go' },
    { update_type: 'bonus' },
    { occurred_at: '2026-11-21T09:30:01Z' },
    { metadata: { a: { d: [3, 2], c: null }, b: 1 } },
  ])('changes with %j', (change) => {
    expect(bodyHash({ ...update, ...change })).not.toBe(bodyHash(update));
  });
});

function isSameJson(one: unknown, other: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(one))).toStrictEqual(JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}
