import { expect, test } from '@jest/globals';
import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { newPlayer, START_MS, update, updateRecord } from './testing/records.ts';
import { MARKER_TTL_SECONDS, useProcessor } from './testing/test-processor.ts';

/** What is in the tables, literally: it shares no code with what writes it. */
const LEDGER_TABLE = 'leaderboard-data-test';
const PROCESSED_EVENTS_TABLE = 'processed-events-test';

const processor = useProcessor();

async function storedLedger(player: string) {
  const { Items } = await processor.client.send(
    new QueryCommand({
      TableName: LEDGER_TABLE,
      ConsistentRead: true,
      KeyConditionExpression: 'player_id = :player',
      ExpressionAttributeValues: { ':player': { S: player } },
    }),
  );
  return Items;
}

async function storedEvent(player: string, sortKey: string) {
  const Key = { player_id: { S: player }, event_id: { S: sortKey } };
  const { Item } = await processor.client.send(
    new GetItemCommand({ TableName: PROCESSED_EVENTS_TABLE, Key, ConsistentRead: true }),
  );
  return Item;
}

test('a ledger item holds the message, its place in the ledger and its origin', async () => {
  const player = newPlayer();
  const sent = update(player, 'e1', {
    score: -0.000001,
    metadata: { constructor: 'x', nested: { list: [1, 'two', null, true, 1e21, 0.1] } },
  });
  const record = updateRecord(sent);
  expect(await processor.handle([record])).toEqual([]);

  expect(await storedLedger(player)).toEqual([
    {
      player_id: { S: player },
      timestamp: { N: String(START_MS) },
      event_id: { S: 'e1' },
      game_id: { S: 'chess' },
      score: { N: '-0.000001' },
      update_type: { S: 'score_update' },
      occurred_at: { S: sent.occurred_at },
      metadata: {
        M: {
          constructor: { S: 'x' },
          nested: {
            M: {
              list: {
                L: [
                  { N: '1' },
                  { S: 'two' },
                  { NULL: true },
                  { BOOL: true },
                  { N: '1000000000000000000000' },
                  { N: '0.1' },
                ],
              },
            },
          },
        },
      },
      processing_timestamp: { N: String(START_MS / 1000) },
      message_id: { S: record.messageId },
      version: { N: '1' },
      sequence_number: { S: record.attributes.SequenceNumber?.padStart(20, '0') },
    },
  ]);
});

test('a marker holds hash, message and place, and expires; the head is under #head', async () => {
  const player = newPlayer();
  const record = updateRecord(update(player, 'e1'));
  await processor.handle([record]);

  expect(await storedEvent(player, 'e1')).toEqual({
    player_id: { S: player },
    event_id: { S: 'e1' },
    body_hash: { S: expect.stringMatching(/^v2:[0-9a-f]{64}$/) },
    occurred_at: { S: update(player, 'e1').occurred_at },
    message_id: { S: record.messageId },
    version: { N: '1' },
    timestamp: { N: String(START_MS) },
    expires_at: { N: String(START_MS / 1000 + MARKER_TTL_SECONDS) },
  });
  expect(await storedEvent(player, '#head')).toEqual({
    player_id: { S: player },
    event_id: { S: '#head' },
    version: { N: '1' },
    timestamp: { N: String(START_MS) },
    sequence_number: { S: record.attributes.SequenceNumber },
    sent_at: { N: record.attributes.SentTimestamp },
  });
});
