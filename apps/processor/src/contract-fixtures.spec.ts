import { describe, expect, test } from '@jest/globals';
import { contentHash } from '@leaderboard/contracts';
import { invalidFixtures, validFixtures } from '@leaderboard/contracts/fixtures';
import { newPlayer, queueRecord, START_MS } from './testing/records.ts';
import { useProcessor } from './testing/test-processor.ts';

const processor = useProcessor();

describe('every valid fixture is in the ledger, field by field', () => {
  test.each(validFixtures().map(({ name, update }) => [name, update] as const))(
    '%s',
    async (_, fixture) => {
      // Fixtures share player and event ids; those that are not about the player get their own player.
      const player =
        fixture['player_id'] === 'player-1' ? newPlayer() : String(fixture['player_id']);
      const update = { ...fixture, player_id: player };
      const sentAtMs = Date.parse(String(fixture['occurred_at']));
      const record = queueRecord(JSON.stringify(update), player, { sentAtMs });
      expect(await processor.handle([record])).toEqual([]);
      expect(processor.deadLetters.letters).toEqual([]);
      const ledger = await processor.ledgerOf(player);
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
      expect(ledger.map(contentHash)).toEqual([marker?.['body_hash']]);
    },
  );
});

describe('every invalid fixture is dead-lettered, and its reason names the field and the rule', () => {
  test.each(invalidFixtures().map((fixture) => [fixture.name, fixture] as const))(
    '%s',
    async (_, { update, path, rule }) => {
      expect(await processor.handle([queueRecord(JSON.stringify(update), 'player-1')])).toEqual([]);
      expect(processor.deadLetters.letters).toMatchObject([{ errorType: 'InvalidMessage' }]);
      const [letter] = processor.deadLetters.letters;
      expect(letter?.reason).toContain(path);
      expect(letter?.reason).toContain(rule);
      expect(processor.faults.requests).toEqual([]);
    },
  );
});
