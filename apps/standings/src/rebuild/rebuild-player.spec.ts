import { describe, expect, test } from '@jest/globals';
import { documentClient } from '@leaderboard/tables';
import { BoardCatalog } from '../fold/board-catalog.ts';
import type { PlayerLedger } from '../fold/fold-ledger.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { eventRecord, START_MS } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { rebuildPlayer, type PlayerResult } from './rebuild-player.ts';

/** Seconds after the updates of these tests were written. */
const NOW_MS = START_MS + 10_000;

const standings = useStandings();

/** A ledger that does not show version 2 the first time that it is read. */
function showingLate(reader: PlayerLedger): PlayerLedger {
  let reads = 0;
  return {
    settledUpdates: (playerId, from, to) => reader.settledUpdates(playerId, from, to),
    async *updatesAfter(playerId, timestamp) {
      reads += 1;
      const isFirst = reads === 1;
      for await (const page of reader.updatesAfter(playerId, timestamp)) {
        yield page.filter(({ version }) => !(isFirst && version === 2));
      }
    },
  };
}

async function rebuild(): Promise<{ result: PlayerResult; pausesMs: number[] }> {
  const pausesMs: number[] = [];
  const sleep = async (ms: number) => {
    pausesMs.push(ms);
  };
  const now = () => NOW_MS;
  const client = documentClient(standings.client);
  const result = await rebuildPlayer('ada', undefined, false, {
    catalog: new BoardCatalog(DEFAULT_BOARDS),
    store: standings.store({ now, sleep, random: () => 0 }),
    ledger: showingLate(new LedgerReader({ client, tableName: standings.tables.ledger })),
    now,
    random: () => 0,
    sleep,
  });
  return { result, pausesMs };
}

describe('a version that the ledger does not show yet', () => {
  test('is awaited when the standings hold it', async () => {
    const updates = await standings.ledger.add('ada', { score: 1 }, { score: 2 }, { score: 4 });
    await standings.createProjector().handle(updates.map(eventRecord));
    const { result, pausesMs } = await rebuild();
    expect(result).toEqual({ differences: [], missing: 0, version: 3 });
    expect(pausesMs).toEqual([60_000 - (NOW_MS - (updates[2]?.timestamp ?? 0))]);
    await standings.expectFoldOfLedger();
  });

  test('is left to its event when the standings do not hold it', async () => {
    const updates = await standings.ledger.add('ada', { score: 1 }, { score: 2 }, { score: 4 });
    const { result, pausesMs } = await rebuild();
    expect(result.missing).toBe(0);
    expect(pausesMs).toEqual([]);
    expect(await standings.createProjector().handle(updates.map(eventRecord))).toEqual([]);
    await standings.expectFoldOfLedger();
  });
});
