import { describe, expect, test } from '@jest/globals';
import { deduplicationId, messageGroupId } from './message-ids.ts';

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

  test('the deduplication id is the one that existing producers send', () => {
    expect(deduplicationId(update)).toBe(
      '5600595725ff05d8e657a337daa36139c83684f8f2a10018ab297de332465bf0',
    );
  });

  test('players who share an event id have different deduplication ids', () => {
    const ids = [
      ['ann', 'match-7'],
      ['bob', 'match-7'],
      ['ann-match', '7'],
      ['ann-', 'match7'],
    ].map(([player_id = '', event_id = '']) => deduplicationId({ ...update, player_id, event_id }));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a repeat has the same deduplication id at any time, and other content has another one', () => {
    const repeat = { ...update, occurred_at: '2026-11-21T09:31:00Z' };
    expect(deduplicationId(repeat)).toBe(deduplicationId(update));
    expect(deduplicationId({ ...update, score: 13 })).not.toBe(deduplicationId(update));
  });
});
