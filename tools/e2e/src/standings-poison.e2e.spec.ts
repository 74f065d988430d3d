import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DEAD_LETTER_ATTRIBUTES } from '@leaderboard/contracts';
import { holeKey, ledgerKey, toHole, toHoleItem } from '@leaderboard/tables';
import { anUpdate } from './stacks/an-update.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

const PROJECTOR_LOG = '/aws/lambda/standings-projector-dev';
const BATCH = 10;

/** The processor would not write these items: they bypassed every check on their way into the ledger. */
describe('an item in the ledger that should not be there', () => {
  const stack = useLeaderboardStack();
  let brokenAt: number;

  async function putIntoLedger(item: Record<string, unknown>): Promise<void> {
    const TableName = stack.output('dynamodb_table_name');
    await stack.dynamodb.send(new PutCommand({ TableName, Item: item }));
  }

  /** A hole of an unknown version is closed when everything that was written before it is visible for sure. */
  async function aMinutePassesFor(player: string): Promise<void> {
    const TableName = stack.output('standings_table_name');
    const { Item } = await stack.dynamodb.send(
      new GetCommand({ TableName, Key: holeKey(player), ConsistentRead: true }),
    );
    if (Item === undefined) throw new Error(`Player ${player} has no hole.`);
    const hole = toHole(Item);
    const older = toHoleItem({ ...hole, notedAt: hole.notedAt - 60_000 });
    await stack.dynamodb.send(new PutCommand({ TableName, Item: older }));
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
    const item = anItem('broken', { version: 'one' });
    brokenAt = item.timestamp;
    await putIntoLedger(item);
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

  test('makes no read exact until it is removed, whatever the dead-letter queue holds', async () => {
    const isExact = async () => {
      const { body } = await stack.api.get('/leaderboards/GLOBAL/players/after-broken');
      return (body as { exact?: boolean }).exact;
    };
    const audit = () => stack.control.runSchedule(stack.output('audit_schedule_name'));
    await audit();
    await until('the auditor has tried to close the hole', async () =>
      (await stack.control.logLines('/aws/lambda/standings-auditor-dev')).some((line) =>
        line.includes('A hole cannot be closed'),
      ),
    );
    expect(await isExact()).toBe(false);
    await stack.dynamodb.send(
      new DeleteCommand({
        TableName: stack.output('dynamodb_table_name'),
        Key: ledgerKey('broken', brokenAt),
      }),
    );
    await aMinutePassesFor('broken');
    await audit();
    await until('reads are exact again', async () => (await isExact()) === true);
    expect(await stack.messagesIn('standings_dlq_url')).toBeGreaterThan(0);
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
