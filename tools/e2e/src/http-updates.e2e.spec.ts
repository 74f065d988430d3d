import { describe, expect, test } from '@jest/globals';
import { useIntakeStack } from './stacks/intake-stack.ts';

interface Result {
  status: string;
  event_id: string;
  message_id: string;
}

const resultsOf = (body: unknown) => (body as { results: Result[] }).results;
const anUpdate = (player_id: string, fields: Record<string, unknown> = {}) => ({
  player_id,
  game_id: 'chess',
  score: 1250,
  ...fields,
});

describe('POST /updates', () => {
  const intake = useIntakeStack();

  test.each([
    ['one update', 1],
    ['100 updates', 100],
  ])('%s: 202, and all are in the ledger', async (name, count) => {
    const players = Array.from(
      { length: count },
      (_, index) => `http-${String(count)}-${String(index)}`,
    );
    const updates = players.map((player_id) => anUpdate(player_id));
    const response = await intake.postUpdates(name === 'one update' ? updates[0] : updates);
    expect(response.status).toBe(202);
    await intake.stack.drained();
    const results = resultsOf(response.body);
    for (const [index, player] of players.entries()) {
      expect(await intake.stack.ledgerOf(player)).toMatchObject([
        { score: 1250, event_id: results[index]?.event_id, message_id: results[index]?.message_id },
      ]);
    }
  });

  test('valid and invalid ones in one request: 207, and only the valid ones are in the ledger', async () => {
    const response = await intake.postUpdates([
      anUpdate('mixed-1'),
      anUpdate('mixed-2', { score: 'high' }),
      anUpdate('mixed-3'),
    ]);
    expect(response).toMatchObject({
      status: 207,
      body: {
        results: [
          { status: 'accepted' },
          { status: 'invalid', issues: [{ path: '/score' }] },
          { status: 'accepted' },
        ],
      },
    });
    await intake.stack.drained();
    expect(await intake.stack.ledgerOf('mixed-2')).toEqual([]);
    expect(await intake.stack.ledgerOf('mixed-3')).toHaveLength(1);
  });

  test('a request repeated with its Idempotency-Key is in the ledger once; with another body it is 422', async () => {
    const headers = { 'Idempotency-Key': 'match-991' };
    const updates = [anUpdate('idempotent'), anUpdate('idempotent', { score: 7 })];
    const first = await intake.postUpdates(updates, headers);
    const again = await intake.postUpdates(updates, headers);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(resultsOf(again.body).map(({ event_id }) => event_id)).toEqual(
      resultsOf(first.body).map(({ event_id }) => event_id),
    );
    expect((await intake.postUpdates([anUpdate('idempotent')], headers)).status).toBe(422);
    await intake.stack.drained();
    expect(await intake.stack.ledgerOf('idempotent')).toHaveLength(2);
  });

  test.each<[string, unknown, Record<string, string>, number]>([
    ['without an API key', anUpdate('nobody'), { 'x-api-key': '' }, 403],
    ['with an unknown API key', anUpdate('nobody'), { 'x-api-key': 'x'.repeat(40) }, 403],
    ['with 101 updates', Array.from({ length: 101 }, () => anUpdate('nobody')), {}, 400],
    ['with a string in place of an update', '"update"', {}, 400],
    ['with no update', [], {}, 400],
    ['with a body that is not JSON', 'player_id=7', {}, 400],
    [
      'with a body of 1 MB',
      anUpdate('nobody', { metadata: { x: 'x'.repeat(1_000_000) } }),
      {},
      413,
    ],
  ])('%s: a clear 4xx, and nothing is in the ledger', async (_, updates, headers, status) => {
    expect(await intake.postUpdates(updates, headers)).toMatchObject({
      status,
      body: { error: expect.any(String) },
    });
    await intake.stack.drained();
    expect(await intake.stack.ledgerOf('nobody')).toEqual([]);
  });

  test('another path or method is 404, in the form of every error', async () => {
    expect(await intake.post('/webhooks', {})).toMatchObject({
      status: 404,
      body: { error: 'Not found' },
    });
    const get = await fetch(`${intake.stack.output('api_endpoint')}/webhook`);
    expect(get.status).toBe(404);
  });
});
