import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { validateLeaderboardUpdate, validateWebhookEvent } from '@leaderboard/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument } from './document.ts';

const checkedIn = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../openapi.json'), 'utf8'),
) as unknown;

describe('the OpenAPI document', () => {
  test('is checked in as generated (otherwise run: npx nx run intake:openapi)', () => {
    expect(checkedIn).toEqual(openApiDocument);
  });

  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(
      JSON.parse(JSON.stringify(openApiDocument)) as Record<string, unknown>,
    );
    expect(result).toMatchObject({ valid: true });
  });

  test('has examples that the contract accepts', () => {
    const { '/webhook': webhook, '/updates': updates } = openApiDocument.paths;
    const event = webhook.post.requestBody.content['application/json'].example;
    expect(validateWebhookEvent(event).valid).toBe(true);
    for (const example of updates.post.requestBody.content['application/json'].example) {
      const filledIn = { event_id: 'match-1', occurred_at: '2026-11-21T09:30:00Z', ...example };
      expect(validateLeaderboardUpdate(filledIn).valid).toBe(true);
    }
  });

  test('has the request schemas of the contract', () => {
    const { WebhookEvent, LeaderboardUpdateInput } = openApiDocument.components.schemas;
    expect(WebhookEvent['required']).toEqual([
      'event_id',
      'transaction_type',
      'amount',
      'timestamp',
    ]);
    expect(LeaderboardUpdateInput.required).toEqual(['player_id', 'game_id', 'score']);
  });
});
