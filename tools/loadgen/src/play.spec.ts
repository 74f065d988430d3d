import { describe, expect, jest, test } from '@jest/globals';
import type { LeaderboardUpdateInput, SentUpdate } from '@leaderboard/producer-sdk';
import { play } from './play.ts';
import { traffic } from './traffic.ts';

const plan = { players: 20, games: 2, updates: 2500, duplicates: 0.1, seed: 3, startMs: 0 };
const steps = [...traffic(plan)];
const accept = (update: LeaderboardUpdateInput) =>
  Promise.resolve({ update } as unknown as SentUpdate);

describe('playing traffic', () => {
  test('makes every call in order and waits until all have settled', async () => {
    const result = await play(steps, { producer: { sendLeaderboardUpdate: accept } });
    expect(result.sent.map(({ update, repeat }) => ({ update, repeat }))).toEqual(steps);
    expect(result.rejected).toEqual([]);
  });

  test('keeps rejected calls with their errors, and reports how many have settled', async () => {
    const error = new Error('no');
    const onSettled = jest.fn();
    const result = await play(steps.slice(0, 10), {
      producer: { sendLeaderboardUpdate: () => Promise.reject(error) },
      onSettled,
    });
    expect(result.sent).toEqual([]);
    expect(result.rejected).toEqual(steps.slice(0, 10).map(({ update }) => ({ update, error })));
    expect(onSettled).toHaveBeenLastCalledWith(10);
  });

  test('makes the next call once fewer than its concurrency are under way', async () => {
    let underWay = 0;
    let most = 0;
    const sendLeaderboardUpdate = async (update: LeaderboardUpdateInput) => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      return accept(update);
    };
    const result = await play(steps, { producer: { sendLeaderboardUpdate }, concurrency: 7 });
    expect(result.sent).toHaveLength(steps.length);
    expect(most).toBe(7);
  });

  test('stops when its signal aborts, and waits for the calls it has made', async () => {
    const stop = new AbortController();
    const sendLeaderboardUpdate = (update: LeaderboardUpdateInput) => {
      if (update.event_id === steps[4]?.update.event_id) stop.abort();
      return accept(update);
    };
    const result = await play(steps, { producer: { sendLeaderboardUpdate }, signal: stop.signal });
    expect(result.sent).toHaveLength(5);
  });
});
