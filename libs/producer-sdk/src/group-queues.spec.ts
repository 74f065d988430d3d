import { expect, test } from '@jest/globals';
import { GroupQueues } from './group-queues.ts';
import { PendingUpdate } from './pending-update.ts';

function pending(player_id: string, bodyBytes: number): PendingUpdate {
  const update = {
    player_id,
    event_id: 'match-1',
    game_id: 'chess',
    score: 1,
    update_type: 'score_update',
    occurred_at: '2026-11-21T09:30:00.000Z',
    metadata: {},
  };
  const body = 'é'.repeat(bodyBytes / 2);
  const ids = { messageGroupId: player_id, deduplicationId: '' };
  return new PendingUpdate({ update, body, ...ids, time: 'settled', calledAt: 0 }, undefined);
}

test('a batch ends at the byte limit, counted in UTF-8', () => {
  const queues = new GroupQueues();
  for (const player of ['a', 'b', 'c']) queues.append(pending(player, 40));
  const limits = { entries: 10, bytes: 100 };
  expect(queues.takeBatch(limits)).toHaveLength(2);
  expect(queues.takeBatch(limits)).toHaveLength(1);
});

test('an update is ready only once the one before it is settled', () => {
  const queues = new GroupQueues();
  const [first, second] = [pending('a', 10), pending('a', 10)];
  queues.append(first);
  queues.append(second);
  const limits = { entries: 10, bytes: 100 };
  expect(queues.takeBatch(limits)).toEqual([first]);
  expect(queues.takeBatch(limits)).toEqual([]);
  queues.remove(first);
  expect(queues.takeBatch(limits)).toEqual([second]);
});
