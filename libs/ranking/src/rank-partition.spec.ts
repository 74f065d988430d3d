import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rankPartition, rankPartitions } from './rank-partition.ts';
import { playerId } from './testing/arbitraries.ts';

test('a board with one shard has one partition per window', () => {
  expect(rankPartition('GLOBAL#all_time', 'ada', 1)).toBe('GLOBAL#all_time#0');
  expect(rankPartitions('GLOBAL#all_time', 1)).toEqual(['GLOBAL#all_time#0']);
});

test('every player is in one of the partitions', () => {
  fc.assert(
    fc.property(playerId, fc.integer({ min: 1, max: 64 }), (player, shards) => {
      expect(rankPartitions('GLOBAL#all_time', shards)).toContain(
        rankPartition('GLOBAL#all_time', player, shards),
      );
    }),
  );
});

test('players are distributed evenly', () => {
  const counts = new Map<string, number>();
  for (let n = 0; n < 8000; n++) {
    const partition = rankPartition('GLOBAL#all_time', `player-${n}`, 8);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  expect(counts.size).toBe(8);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
