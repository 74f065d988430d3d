import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { TestIntake } from './test-intake.ts';

/**
 * Gives each test of a file a new intake, with an empty table in a real engine.
 *
 * @returns the intake of the current test
 * @example
 * const intake = useIntake();
 * test('…', async () => {
 *   expect(await intake().post(webhookEvent())).toMatchObject({ status: 200 });
 * });
 */
export function useIntake(): () => TestIntake {
  const engine = useEngine();
  let current: TestIntake | undefined;
  let tables = 0;
  beforeEach(async () => {
    current = await TestIntake.create(engine().createClient(), `transaction-events-${++tables}`);
  });
  afterEach(() => current?.client.destroy());
  return () => started(current);
}

/** Runs an engine for the tests of a file. */
export function useEngine(): () => DynamoDbEngine {
  let engine: DynamoDbEngine | undefined;
  beforeAll(async () => {
    engine = await startDynamoDbEngine();
  });
  afterAll(() => engine?.stop());
  return () => started(engine);
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Only tests can use this: nothing has started yet.');
  return value;
}
