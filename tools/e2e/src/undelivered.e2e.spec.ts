import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Fault } from '@leaderboard/local/testing';
import { LeaderboardStack, anUpdate } from './leaderboard-stack.ts';

const UNAVAILABLE = { error: 'ServiceUnavailable', status: 503 };
const INVALID = { error: 'ValidationException', status: 400 };

describe('what the platform gives up on', () => {
  let stack: LeaderboardStack;

  beforeAll(async () => {
    stack = await LeaderboardStack.start({
      config: {
        pipeMaximumRetryAttempts: '0',
        scheduleDeliveryRetries: '0',
        rebuilderRunRetries: '0',
      },
      args: ['--async-retry-seconds', '0.1'],
    });
  });
  afterAll(async () => {
    await stack.stop();
  });

  /** The next message of a queue, taken out. */
  async function takeFrom(queue: string): Promise<Record<string, unknown>> {
    const QueueUrl = `${stack.endpoint('sqs')}/000000000000/${queue}`;
    const { Messages: [message] = [] } = await stack.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }),
    );
    expect(message).toBeDefined();
    await stack.sqs.send(
      new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }),
    );
    return JSON.parse(message?.Body ?? '{}') as Record<string, unknown>;
  }

  async function during(fault: Omit<Fault, 'when'>, action: () => Promise<void>): Promise<void> {
    const injected = await stack.control.inject({ when: 'before', ...fault });
    await action();
    await injected.remove();
  }

  test('L2: records that the pipe cannot hand on are noted in its dead-letter queue', async () => {
    const fault = {
      service: 'sqs',
      operation: 'SendMessageBatch',
      function: 'ledger-to-standings-dev',
      effect: UNAVAILABLE,
    } as const;
    await during(fault, async () => {
      await stack.putUpdate(anUpdate());
      expect(await takeFrom('ledger-to-standings-dlq-dev')).toMatchObject({
        context: { condition: 'RetryAttemptsExhausted' },
        DDBStreamBatchInfo: { batchSize: 1 },
      });
    });
  });

  test.each([
    ['the rebuilder', 'rebuilder_schedule_name', 'standings-rebuilder-dlq-dev'],
    ['the sweep', 'event_sweep_schedule_name', 'webhook-failures-dev'],
  ])('U16: a run of %s that cannot be started is kept', async (_, scheduleOutput, queue) => {
    const schedule = stack.output(scheduleOutput);
    const fault = {
      service: 'lambda',
      operation: 'Invoke',
      function: schedule,
      effect: UNAVAILABLE,
    } as const;
    await during(fault, async () => {
      await stack.control.runSchedule(schedule);
      expect(await takeFrom(queue)).toBeDefined();
    });
  });

  test.each([
    [
      'the rebuilder',
      'rebuilder_schedule_name',
      'standings-rebuilder-dev',
      'standings-rebuilder-dlq-dev',
    ],
    ['the sweep', 'event_sweep_schedule_name', 'event-sweep-dev', 'webhook-failures-dev'],
  ])('L5: a run of %s that fails is kept', async (_, scheduleOutput, name, queue) => {
    const fault = {
      service: 'dynamodb',
      operation: 'Query',
      function: name,
      effect: INVALID,
    } as const;
    await during(fault, async () => {
      await stack.control.runSchedule(stack.output(scheduleOutput));
      expect(await takeFrom(queue)).toMatchObject({
        requestContext: { condition: 'RetriesExhausted' },
      });
    });
  });
});
