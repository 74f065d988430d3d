import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { DEAD_LETTER_ATTRIBUTES } from '@leaderboard/contracts';
import { anUpdate } from './stacks/an-update.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

const PROJECTOR_LOG = '/aws/lambda/standings-projector-dev';
const BATCH = 10;

/** The processor would not write these items: they bypassed every check on their way into the ledger. */
describe('an item in the ledger that should not be there', () => {
  const stack = useLeaderboardStack();

  async function putIntoLedger(item: Record<string, unknown>): Promise<void> {
    const TableName = stack.output('dynamodb_table_name');
    await stack.dynamodb.send(new PutCommand({ TableName, Item: item }));
  }

  async function hasStanding(playerId: string): Promise<boolean> {
    return (await stack.api.get(`/leaderboards/GLOBAL/players/${playerId}`)).status === 200;
  }

  /** Sends an update of each player and waits for their standings. */
  async function play(players: readonly string[]): Promise<void> {
    await Promise.all(
      players.map((player_id) => stack.producer.sendLeaderboardUpdate(anUpdate({ player_id }))),
    );
    for (const player of players) {
      await until(`${player} has a standing`, () => hasStanding(player));
    }
  }

  function anItem(player_id: string, fields: Record<string, unknown> = {}) {
    return { ...anUpdate({ player_id }), timestamp: Date.now(), version: 1, ...fields };
  }

  test('with a character that SQS refuses has its standing, and does not block those after it', async () => {
    await putIntoLedger(anItem('poison', { metadata: { 'a\uFFFEb': 'c\uFFFFd' } }));
    await until('the poisoned item is in the standings', () => hasStanding('poison'));
    await play(Array.from({ length: 2 * BATCH }, (_, index) => `after-poison-${String(index)}`));
  });

  test('that is not an update is dead-lettered with its reason, and does not block its player', async () => {
    await play(['broken']);
    await putIntoLedger(anItem('broken', { version: 'one' }));
    await play(['broken', 'after-broken']);
    await until('the later update of broken is folded', async () => {
      const { body } = await stack.api.get('/leaderboards/GLOBAL/players/broken');
      return (body as { updates?: number }).updates === 2;
    });
    const { Messages = [] } = await stack.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: stack.output('standings_dlq_url'),
        MaxNumberOfMessages: BATCH,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    expect(Messages).toMatchObject([
      {
        Attributes: { MessageGroupId: 'broken' },
        MessageAttributes: {
          [DEAD_LETTER_ATTRIBUTES.errorType]: { StringValue: 'InvalidMessage' },
          [DEAD_LETTER_ATTRIBUTES.errorReason]: {
            StringValue: expect.stringContaining('/dynamodb/NewImage/version'),
          },
          [DEAD_LETTER_ATTRIBUTES.messageGroupId]: { StringValue: 'broken' },
        },
      },
    ]);
  });

  test('without the version before it is retried after pauses, and folded once that version is proved missing', async () => {
    const projectorLines = async (...parts: string[]) =>
      (await stack.control.logLines(PROJECTOR_LOG)).filter((line) =>
        parts.every((part) => line.includes(part)),
      );
    await putIntoLedger(anItem('hole', { version: 2 }));
    for (const times of [1, 2, 3, 4]) {
      await until(`its event was returned ${String(times)} times`, async () => {
        const returned = await projectorLines('Records returned to the queue', '"hole"');
        return returned.length >= times;
      });
    }
    // Not until(): in a run without a permission, that waits for less than the last pause.
    while (!(await hasStanding('hole'))) await sleep(50);
    expect(await projectorLines('The ledger lacks updates of a player', '"hole"')).toHaveLength(1);
    expect(await projectorLines('Returned records wait for the visibility timeout')).toEqual([]);
  });
});
