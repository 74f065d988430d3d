import { createHash } from 'node:crypto';

/**
 * The partition of the index with a player's standing: the key of the window, and a shard that depends on the player only.
 *
 * @example rankPartition('GLOBAL#all_time', 'ada', 1) // 'GLOBAL#all_time#0'
 */
export function rankPartition(boardWindow: string, playerId: string, shards: number): string {
  return `${boardWindow}#${shardOf(playerId, shards)}`;
}

/**
 * All partitions of the index for a window of a board; a reader merges them by `rank_key`.
 *
 * @example rankPartitions('GLOBAL#all_time', 2) // ['GLOBAL#all_time#0', 'GLOBAL#all_time#1']
 */
export function rankPartitions(boardWindow: string, shards: number): string[] {
  return Array.from({ length: shards }, (_, shard) => `${boardWindow}#${shard}`);
}

function shardOf(playerId: string, shards: number): number {
  return createHash('sha256').update(playerId).digest().readUInt32BE(0) % shards;
}
