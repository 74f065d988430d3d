import { expect, test } from '@jest/globals';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { playerKey, standingKey, toPlayer, toPlayerItem } from '@leaderboard/tables';
import { anUpdate } from './stacks/an-update.ts';
import type { RankingPage } from './stacks/leaderboard-api-client.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

const stack = useLeaderboardStack();

test('no read of a new stack is exact before its first update, and every read after it is', async () => {
  const read = () => stack.api.read<RankingPage>('/leaderboards/GLOBAL');
  expect(await read()).toMatchObject({ total: 0, exact: false });
  await stack.producer.sendLeaderboardUpdate(anUpdate({ player_id: 'first' }));
  await until('the first update is in an exact response', async () => {
    const { total, exact } = await read();
    return total === 1 && exact;
  });
});

test('after a change of the definitions, the next update of a player removes the standings of removed boards', async () => {
  const TableName = stack.output('standings_table_name');
  const player_id = 'plays-on';
  const player = async () => {
    const Key = playerKey(player_id);
    const { Item } = await stack.tables.send(
      new GetCommand({ TableName, Key, ConsistentRead: true }),
    );
    return Item && toPlayer(Item);
  };
  const isApplied = (version: number) =>
    until(
      `version ${version} is in the standings`,
      async () => (await player())?.applied?.version === version,
    );

  await stack.producer.sendLeaderboardUpdate(anUpdate({ player_id, score: 5 }));
  await isApplied(1);

  // As earlier definitions left it: one more board, and the player folded by them.
  const present = await player();
  const [row] = [...(present?.standings.values() ?? [])].filter(
    ({ board_window }) => board_window === 'GLOBAL#all_time',
  );
  if (present?.applied === undefined || row === undefined) throw new Error('No standing of GLOBAL');
  const gone = {
    ...row,
    board_window: 'GONE#all_time',
    board_id: 'GONE',
    definition_hash: 'gone',
  };
  await stack.tables.send(
    new PutCommand({
      TableName,
      Item: toPlayerItem(player_id, {
        ...present,
        applied: { ...present.applied, definition_hashes: 'gone' },
        standings: new Map([...present.standings, [standingKey(gone), gone]]),
      }),
    }),
  );

  await stack.producer.sendLeaderboardUpdate(anUpdate({ player_id, score: 7 }));
  await isApplied(2);
  const { standings } = (await player()) ?? {};
  expect(standings?.get(standingKey(gone))).toBeUndefined();
  expect(standings?.get(standingKey(row))).toMatchObject({ score: '12', updates: 2 });
});
