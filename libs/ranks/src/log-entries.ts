import type { LogItem } from '@leaderboard/tables';
import { logTimeOf } from '@leaderboard/tables';
import { combine, type RunEntry } from './run-entry.ts';

/** The entries of each window that log items add up to, sorted by key. */
export function entriesOfLog(log: readonly LogItem[]): Map<string, RunEntry[]> {
  const windows = new Map<string, Map<string, RunEntry>>();
  const add = (window: string, entry: RunEntry) => {
    let entries = windows.get(window);
    if (entries === undefined) windows.set(window, (entries = new Map()));
    const present = entries.get(entry.key);
    const sum = present === undefined ? entry : combine(present, entry);
    if (sum === undefined) entries.delete(entry.key);
    else entries.set(entry.key, sum);
  };
  for (const { id, players } of log) {
    const time = logTimeOf(id);
    for (const { playerId, moves } of players) {
      for (const { window, before, after } of moves) {
        const isSamePlace = before !== undefined && before === after?.place;
        if (before !== undefined && !isSamePlace) {
          const key = rankKeyAt(before, playerId);
          add(window, { key, net: -1, time, updates: undefined, achievedAtMs: undefined });
        }
        if (after !== undefined) {
          const { place, updates, achievedAtMs } = after;
          const net = isSamePlace ? 0 : 1;
          add(window, { key: rankKeyAt(place, playerId), net, time, updates, achievedAtMs });
        }
      }
    }
  }
  return new Map(
    [...windows].map(([window, entries]) => [
      window,
      [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    ]),
  );
}

/** The rank key of a player at a place. */
function rankKeyAt(place: string, playerId: string): string {
  return `${place}#${playerId}`;
}
