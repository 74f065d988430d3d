import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { contentHash, type UpdateContent } from '@leaderboard/contracts';
import { invalidFixtures, validFixtures } from '@leaderboard/contracts/fixtures';
import {
  LEDGER_TABLE,
  startDynamoDbEngine,
  type DynamoDbEngine,
} from './testing/dynamodb-engine.ts';
import { newPlayer, queueRecord, START_MS, TestProcessor } from './testing/test-processor.ts';

let engine: DynamoDbEngine;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = engine.createClient();
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

/** A ledger item as its readers see it. */
async function readLedger(playerId: string): Promise<Record<string, unknown>[]> {
  const { Items } = await DynamoDBDocumentClient.from(client).send(
    new QueryCommand({
      TableName: LEDGER_TABLE,
      ConsistentRead: true,
      KeyConditionExpression: 'player_id = :player',
      ExpressionAttributeValues: { ':player': playerId },
    }),
  );
  return Items ?? [];
}

describe('every valid fixture is in the ledger, field by field', () => {
  test.each(validFixtures().map(({ name, update }) => [name, update] as const))(
    '%s',
    async (_, fixture) => {
      const processor = new TestProcessor(engine);
      // Fixtures share player and event ids; those that are not about the player get one of their own.
      const player =
        fixture['player_id'] === 'player-1' ? newPlayer() : String(fixture['player_id']);
      const update = { ...fixture, player_id: player };
      const sentAtMs = Date.parse(String(fixture['occurred_at']));
      const record = queueRecord(JSON.stringify(update), player, { sentAtMs });
      expect(await processor.handle([record])).toEqual([]);
      expect(processor.deadLetters.letters).toEqual([]);
      const ledger = await readLedger(player);
      expect(ledger).toEqual([
        {
          update_type: 'score_update',
          metadata: {},
          ...update,
          timestamp: START_MS,
          processing_timestamp: START_MS / 1_000,
          message_id: record.messageId,
          version: 1,
          sequence_number: record.attributes.SequenceNumber,
        },
      ]);
      // So a lost marker can be rebuilt from the ledger.
      const marker = await processor.processedEvent(player, String(fixture['event_id']));
      expect(ledger.map((item) => contentHash(item as unknown as UpdateContent))).toEqual([
        marker?.['body_hash']?.S,
      ]);
    },
  );
});

describe('every invalid fixture is dead-lettered, and its reason names the field and the rule', () => {
  test.each(invalidFixtures().map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    async (_, { update, path, rule }) => {
      const processor = new TestProcessor(engine);
      expect(await processor.handle([queueRecord(JSON.stringify(update), 'player-1')])).toEqual([]);
      expect(processor.deadLetters.letters).toMatchObject([{ errorType: 'InvalidMessage' }]);
      const [letter] = processor.deadLetters.letters;
      expect(letter?.reason).toContain(path);
      expect(letter?.reason).toContain(rule);
      expect(processor.faults.requests).toEqual([]);
    },
  );
});
