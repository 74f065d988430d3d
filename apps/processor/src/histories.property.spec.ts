import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { sizeOf } from '@leaderboard/testing/test-form';
import { planHistory } from './testing/histories/history-plan.ts';
import { History } from './testing/histories/history.ts';
import { describeFinding, playHistories } from './testing/histories/play-histories.ts';
import { TABLES } from './testing/histories/table-access.ts';

const SEED = 1;
const RUNS = sizeOf({ short: 800, long: 5_000 });

let engine: DynamoDbEngine;
beforeAll(async () => {
  engine = await startDynamoDbEngine();
  await createTables(engine.client, TABLES);
});
afterAll(() => engine.stop());

test('under faults, kills, zombies and losses every promise is kept', async () => {
  const finding = await playHistories({ seed: SEED, runs: RUNS });
  if (finding) throw new Error(describeFinding(finding));
});

test('a seed repeats its history exactly', async () => {
  for (let seed = SEED; seed < SEED + 10; seed += 1) {
    const traces: string[] = [];
    for (const name of [`first${seed}`, `again${seed}`]) {
      const history = new History(planHistory(seed), engine, name);
      await history.play();
      traces.push(history.trace.join('\n').replaceAll(name, 'history'));
    }
    expect(traces[1]).toBe(traces[0]);
  }
});
