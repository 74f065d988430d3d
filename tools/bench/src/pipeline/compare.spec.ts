import { expect, test } from '@jest/globals';
import { comparePipelines } from './compare.ts';

test('every update of a small load is in the standings, with CPU, requests and the freshness of every stage', async () => {
  const load = { updates: 40, players: 10, rate: 20, seconds: 1, rounds: 1 };
  const { rows, goals } = await comparePipelines(load);
  const measured = new Map(rows.map(([name, value]) => [name, value]));
  expect(measured.get('updates/s')).toBeGreaterThan(0);
  expect(measured.get('  dynamodb TransactWriteItems')).toBeGreaterThan(0);
  expect(measured.get('  sqs ReceiveMessage')).toBeGreaterThan(0);
  for (const stage of ['send → queue', 'queue → ledger', 'ledger → standing', 'send → standing']) {
    expect(measured.get(`${stage}, p99 in ms`)).toEqual(expect.any(Number));
  }
  expect(goals.map(({ name }) => name)).toEqual(['requests']);
});
