import { beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteCommand, paginateScan, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { planRestore, runRestore } from '@leaderboard/infra/restore';
import { RestorableAccount } from '@leaderboard/infra/testing/restorable-account';
import { ledgerKey, type Item } from '@leaderboard/tables';
import { rankLedger } from './oracle/standings-oracle.ts';
import { expectRankings } from './oracle/standings-comparison.ts';
import { anUpdate } from './stacks/an-update.ts';
import { useStandingsStack, SUM_OF_ALL_GAMES } from './stacks/standings-stack.ts';
import { until } from './stacks/until.ts';

const PLAYERS = ['player-0', 'player-1', 'player-2'];
/** Has played in the lost hour only. */
const NEWCOMER = 'newcomer';
const EVERYONE = [...PLAYERS, NEWCOMER];

/**
 * The commands of the runbook, on the tables and queues of the local stack. Its engine has no backups, so these, the replacement of
 * the ledger and the mapping are those of the simulated account: it empties the table and puts the items of that time into it.
 */
describe('nx run restore:run, after an hour of updates was lost', () => {
  const standings = useStandingsStack([SUM_OF_ALL_GAMES]);
  const { stack } = standings;
  const kept = PLAYERS.flatMap((player) => updatesOf(player, 'kept', 3));
  const lost = EVERYONE.flatMap((player) => updatesOf(player, 'lost', 2));
  const aws = new RestorableAccount<Item>(
    { read: (table, at) => readTable(table, at), write: (table, items) => fill(table, items) },
    Date.now,
  );
  const copies = new Map<string, Item[]>();
  let to: Date;

  beforeAll(async () => {
    await standings.send(kept);
    await standings.settled(PLAYERS);
    const times = (await items()).map((item) => Number(item['processing_timestamp']));
    to = new Date(Math.max(...times) * 1_000);
    await until('the second is over', () => Promise.resolve(Date.now() >= to.getTime() + 1_000));
    await standings.send(lost);
    await standings.settled(EVERYONE);
    aws.addTable(stack.output('dynamodb_table_name'), { stream: true, recovery: true });
    aws.addTable(stack.output('processed_events_table_name'));
  });

  test('the ledger is as it was, and standings and ranks are those of the ledger', async () => {
    const account = { ...aws.account, sqs: stack.sqs };
    const plan = await planRestore('dev', to, account);
    expect(plan).toMatchObject({ stage: 'none', isPaused: false });
    await runRestore(plan, account, async () => {
      const rebuilt = await standings.rebuildProcessedEvents('--apply');
      expect(rebuilt.output).toContain('4 heads are ahead of the ledger');
      return rebuilt.exitCode;
    });
    expect(eventsOf(await standings.ledger())).toEqual(eventsOf(kept));
    expect(await standings.rebuildStandings()).toMatchObject({ exitCode: 0 });
    expect(await standings.rebuildCheck()).toMatchObject({ exitCode: 0 });
    await expectRankings(
      standings.api,
      rankLedger(await standings.ledger(), [SUM_OF_ALL_GAMES]),
      10,
    );
  });

  test('an update that was kept is still a repeat; a lost one is accepted once, above the versions that were lost', async () => {
    await standings.sendPastSdk([...kept, ...lost, ...lost]);
    await standings.settled(EVERYONE);
    const ledger = await standings.ledger();
    expect(eventsOf(ledger)).toEqual(eventsOf([...kept, ...lost]));
    const versions = async (player: string) =>
      (await stack.ledgerOf(player)).map(({ version }) => version);
    for (const player of PLAYERS) expect(await versions(player)).toEqual([1, 2, 3, 6, 7]);
    expect(await versions(NEWCOMER)).toEqual([3, 4]);
    await expectRankings(standings.api, rankLedger(ledger, [SUM_OF_ALL_GAMES]), 10);
    expect(await stack.deadLetters()).toEqual([]);
  });

  async function items(): Promise<Item[]> {
    const found: Item[] = [];
    const TableName = stack.output('dynamodb_table_name');
    const pages = paginateScan({ client: stack.dynamodb }, { TableName, ConsistentRead: true });
    for await (const { Items = [] } of pages) found.push(...Items);
    return found;
  }

  /** The ledger is only appended to: what it was at a second is what was written by then. */
  async function readTable(table: string, at = Number.POSITIVE_INFINITY): Promise<Item[]> {
    const all = copies.get(table) ?? (await items());
    return all.filter((item) => Number(item['processing_timestamp']) * 1_000 <= at);
  }

  async function fill(table: string, content: Item[]): Promise<void> {
    const TableName = stack.output('dynamodb_table_name');
    if (table !== TableName) {
      copies.set(table, content);
      return;
    }
    for (const item of await items()) {
      const Key = ledgerKey(String(item['player_id']), Number(item['timestamp']));
      await stack.dynamodb.send(new DeleteCommand({ TableName, Key }));
    }
    for (const Item of content) await stack.dynamodb.send(new PutCommand({ TableName, Item }));
  }
});

function updatesOf(player_id: string, name: string, count: number): LeaderboardUpdate[] {
  return Array.from({ length: count }, (_, index) =>
    anUpdate({ player_id, event_id: `${name}-${index}`, score: 10 + index }),
  );
}

function eventsOf(updates: readonly { player_id: string; event_id: string }[]): string[] {
  return updates.map(({ player_id, event_id }) => `${player_id} ${event_id}`).toSorted();
}
