import { describe, expect, test } from '@jest/globals';
import { validateLeaderboardUpdate } from '@leaderboard/contracts';
import { traffic, type TrafficPlan } from './traffic.ts';

const plan: TrafficPlan = {
  players: 50,
  games: 3,
  updates: 2000,
  duplicates: 0.1,
  seed: 7,
  startMs: Date.parse('2026-11-21T12:00:00Z'),
};

describe('the traffic', () => {
  const steps = [...traffic(plan)];
  const originals = steps.filter((step) => !step.repeat).map((step) => step.update);

  test('is the same for the same plan, and another for another seed', () => {
    expect([...traffic(plan)]).toEqual(steps);
    expect([...traffic({ ...plan, seed: 8 })]).not.toEqual(steps);
  });

  test('holds as many distinct updates as planned, all of them valid', () => {
    expect(new Set(originals.map((update) => update.event_id)).size).toBe(plan.updates);
    for (const update of originals)
      expect(validateLeaderboardUpdate(update)).toMatchObject({ valid: true });
  });

  test('repeats about the planned share, each the very update that was sent before', () => {
    const repeats = steps.filter((step) => step.repeat);
    expect(repeats.length / plan.updates).toBeCloseTo(plan.duplicates, 1);
    steps.forEach((step, index) => {
      if (!step.repeat) return;
      expect(steps.slice(0, index).some((earlier) => earlier.update === step.update)).toBe(true);
    });
  });

  test('holds genuine equal results too: another event, the same player, game and score', () => {
    const equal = originals.filter((update, index) => {
      const previous = originals[index - 1];
      return (
        previous?.player_id === update.player_id &&
        previous.game_id === update.game_id &&
        previous.score === update.score
      );
    });
    expect(equal.length).toBeGreaterThan(0);
  });

  test('stays within its players and games', () => {
    expect(new Set(originals.map((update) => update.player_id)).size).toBeLessThanOrEqual(
      plan.players,
    );
    expect(new Set(originals.map((update) => update.game_id))).toEqual(
      new Set(['game-1', 'game-2', 'game-3']),
    );
  });
});
