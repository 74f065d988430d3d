import { beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { ledgerKey, processedEventKey, type Item } from '@leaderboard/tables';
import { rankLedger } from './oracle/standings-oracle.ts';
import { expectRankings } from './oracle/standings-comparison.ts';
import { anUpdate } from './stacks/an-update.ts';
import { useStandingsStack, SUM_OF_ALL_GAMES } from './stacks/standings-stack.ts';

const PLAYERS = Array.from({ length: 6 }, (_, index) => `player-${index}`);
const UPDATES_OF_EACH = 5;

/** The steps of the runbook, after the tables themselves are restored. Nothing is sent meanwhile, as with a disabled mapping. */
describe('a restore', () => {
  const standings = useStandingsStack([SUM_OF_ALL_GAMES]);
  const { stack } = standings;
  let updates: LeaderboardUpdate[];

  beforeAll(async () => {
    updates = PLAYERS.flatMap((player_id, player) =>
      Array.from({ length: UPDATES_OF_EACH }, (_, index) =>
        anUpdate({ player_id, event_id: `event-${index}`, score: 10 * player + index }),
      ),
    );
    await standings.send(updates);
    await standings.settled(PLAYERS);
  });

  test('of an empty table of processed events: nothing is counted twice, and the versions go on', async () => {
    const before = await standings.ledger();
    await lose('processed_events_table_name', processedEventKeyOf);
    const found = await standings.rebuildProcessedEvents();
    expect(found).toMatchObject({ exitCode: 1, output: expect.stringContaining('has no head') });
    const rebuilt = await standings.rebuildProcessedEvents('--apply');
    expect(rebuilt).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('6 heads and 30 markers were written'),
    });

    await standings.sendPastSdk(updates);
    await stack.drained();
    expect(await standings.ledger()).toHaveLength(before.length);
    const next = PLAYERS.map((player_id) => anUpdate({ player_id, score: 1 }));
    updates.push(...next);
    await standings.send(next);
    await standings.settled(PLAYERS);
    await expectVersions(UPDATES_OF_EACH + 1);
    await expectRankings(
      standings.api,
      rankLedger(await standings.ledger(), [SUM_OF_ALL_GAMES]),
      10,
    );
  });

  test('of the ledger to an earlier time: what it lost is in it again once it is delivered again', async () => {
    await lose('dynamodb_table_name', (item) =>
      Number(item['version']) > 3 ? ledgerKeyOf(item) : undefined,
    );
    const rebuilt = await standings.rebuildProcessedEvents('--apply');
    expect(rebuilt).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('6 heads are ahead of the ledger'),
    });
    expect(await standings.rebuildStandings()).toMatchObject({ exitCode: 0 });
    await expectRankings(
      standings.api,
      rankLedger(await standings.ledger(), [SUM_OF_ALL_GAMES]),
      10,
    );

    await standings.sendPastSdk(updates);
    await standings.settled(PLAYERS);
    const ledger = await standings.ledger();
    expect(eventsOf(ledger)).toEqual(eventsOf(updates));
    await expectRankings(standings.api, rankLedger(ledger, [SUM_OF_ALL_GAMES]), 10);
    expect(await stack.deadLetters()).toEqual([]);
  });

  async function expectVersions(last: number): Promise<void> {
    const versions = Array.from({ length: last }, (_, index) => index + 1);
    for (const player of PLAYERS) {
      expect((await stack.ledgerOf(player)).map(({ version }) => version)).toEqual(versions);
    }
  }

  /** Deletes items past all functions. */
  async function lose(output: string, keyOf: (item: Item) => Item | undefined): Promise<void> {
    const TableName = stack.output(output);
    const pages = paginateScan({ client: stack.dynamodb }, { TableName, ConsistentRead: true });
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const Key = keyOf(item);
        if (Key) await stack.dynamodb.send(new DeleteCommand({ TableName, Key }));
      }
    }
  }
});

function processedEventKeyOf(item: Item): Item {
  return processedEventKey(String(item['player_id']), String(item['event_id']));
}

function ledgerKeyOf(item: Item): Item {
  return ledgerKey(String(item['player_id']), Number(item['timestamp']));
}

function eventsOf(updates: readonly { player_id: string; event_id: string }[]): string[] {
  return updates.map(({ player_id, event_id }) => `${player_id} ${event_id}`).toSorted();
}
