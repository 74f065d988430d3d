import { expect, test } from '@jest/globals';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { APPLIED_SORT_KEY, appliedKey, standingsKey } from '@leaderboard/tables';
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
  const item = async (boardWindow: string) => {
    const Key = standingsKey(player_id, boardWindow);
    return (await stack.dynamodb.send(new GetCommand({ TableName, Key, ConsistentRead: true })))
      .Item;
  };
  const isApplied = (version: number) =>
    until(
      `version ${version} is in the standings`,
      async () => (await item(APPLIED_SORT_KEY))?.['version'] === version,
    );

  await stack.producer.sendLeaderboardUpdate(anUpdate({ player_id, score: 5 }));
  await isApplied(1);

  // As earlier definitions left it: one more board, and the player folded by them.
  const gone = 'GONE#all_time';
  await stack.dynamodb.send(
    new PutCommand({
      TableName,
      Item: {
        ...(await item('GLOBAL#all_time')),
        ...standingsKey(player_id, gone),
        board_id: 'GONE',
        definition_hash: 'gone',
      },
    }),
  );
  await stack.dynamodb.send(
    new UpdateCommand({
      TableName,
      Key: appliedKey(player_id),
      UpdateExpression: 'SET definition_hashes = :gone',
      ExpressionAttributeValues: { ':gone': 'gone' },
    }),
  );

  await stack.producer.sendLeaderboardUpdate(anUpdate({ player_id, score: 7 }));
  await isApplied(2);
  expect(await item(gone)).toBeUndefined();
  expect(await item('GLOBAL#all_time')).toMatchObject({ score: 12, updates: 2 });
});
