import { describe, expect, test } from '@jest/globals';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Fault } from '@leaderboard/local/stack-control';
import { anUpdate } from './stacks/an-update.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

type Body = Record<string, unknown>;

/** A message of a dead-letter queue. */
interface Letter {
  body: Body;
  /** What a schedule could not start. */
  target: string | undefined;
}

/**
 * Whether the function was invoked and failed. A schedule also fires on time, perhaps under the fault of another test, and
 * functions share a queue: it can hold messages of all kinds.
 */
const isOfFailedRun = ({ body }: Letter, functionName: string) =>
  isOf(functionName, (body['requestContext'] as Body | undefined)?.['functionArn']);

/** Whether the function was not invoked. */
const isOfRunNotStarted = ({ target }: Letter, functionName: string) => isOf(functionName, target);

/** @param arn of a function, or of a version of it */
const isOf = (functionName: string, arn: unknown) =>
  typeof arn === 'string' && arn.split(':').includes(functionName);

const UNAVAILABLE = { error: 'ServiceUnavailable', status: 503 };
const INVALID = { error: 'ValidationException', status: 400 };

describe('what the platform gives up on', () => {
  const stack = useLeaderboardStack({
    config: {
      pipeMaximumRetryAttempts: '0',
      scheduleDeliveryRetries: '0',
      snapshotterRunRetries: '0',
      compactorRunRetries: '0',
    },
    args: ['--async-retry-seconds', '0.1'],
  });

  /** The next message of this kind; those before it are deleted too. */
  async function takeFrom(
    queue: string,
    isWanted: (letter: Letter) => boolean = () => true,
  ): Promise<Body> {
    const QueueUrl = `${stack.endpoint('sqs')}/000000000000/${queue}`;
    let wanted: Body | undefined;
    await until(`${queue} holds the message`, async () => {
      const { Messages: [message] = [] } = await stack.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['TARGET_ARN'],
        }),
      );
      if (message === undefined) return false;
      const { ReceiptHandle } = message;
      await stack.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      const body = JSON.parse(message.Body ?? '{}') as Body;
      const target = message.MessageAttributes?.['TARGET_ARN']?.StringValue;
      if (isWanted({ body, target })) wanted = body;
      return wanted !== undefined;
    });
    return wanted ?? {};
  }

  async function during(fault: Omit<Fault, 'when'>, action: () => Promise<void>): Promise<void> {
    const injected = await stack.control.inject({ when: 'before', ...fault });
    await action();
    await injected.remove();
  }

  test('records that the pipe gives up are folded from the ledger, and no read is exact until they are', async () => {
    const first = anUpdate({ score: 1 });
    const { player_id } = first;
    const place = async () => {
      const { body } = await stack.api.get(`/leaderboards/GLOBAL/players/${player_id}`);
      return body as { exact?: boolean; version?: number; score?: number };
    };
    const isExactAt = async (version: number) => {
      const { exact, version: present } = await place();
      return exact === true && present === version;
    };
    await stack.putUpdate(first);
    await until('the first update is exact', () => isExactAt(1));

    const auditorHasLogged = async (text: string) =>
      (await stack.control.logLines('/aws/lambda/standings-auditor-dev')).some((line) =>
        line.includes(text),
      );
    const fault = {
      service: 'sqs',
      operation: 'SendMessageBatch',
      function: 'ledger-to-standings-dev',
      effect: UNAVAILABLE,
    } as const;
    await during(fault, async () => {
      await stack.putUpdate(anUpdate({ player_id, event_id: 'lost', score: 2 }));
      await until('reads say that something is missing', async () => !(await place()).exact);
    });
    // The second update is in the ledger only: nothing but the auditor brings it into the standings.
    await stack.control.runSchedule(stack.output('audit_schedule_name'));
    await until('the lost update is exact', () => isExactAt(2));
    expect(await auditorHasLogged('The pipe gave up records of the ledger')).toBe(true);
    expect(await auditorHasLogged('RetryAttemptsExhausted')).toBe(true);
    expect(await stack.messagesIn('standings_queue_url')).toBe(0);
  });

  test('the compactor deletes replaced runs when it is asked to, and fails when it cannot list them', async () => {
    const lambda = new LambdaClient({
      region: 'us-west-1',
      endpoint: stack.endpoint('lambda'),
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const collect = () =>
      lambda.send(
        new InvokeCommand({ FunctionName: 'rank-compactor-dev', Payload: '{"collect":true}' }),
      );
    expect((await collect()).FunctionError).toBeUndefined();
    const fault = {
      service: 's3',
      operation: 'ListObjectsV2',
      function: 'rank-compactor-dev',
      effect: INVALID,
    } as const;
    await during(fault, async () => {
      expect((await collect()).FunctionError).toBe('Unhandled');
    });
    lambda.destroy();
  });

  const SCHEDULED = [
    [
      'the snapshotter',
      'snapshotter_schedule_name',
      'standings-snapshotter-dev',
      'standings-functions-dlq-dev',
    ],
    [
      'the compactor',
      'rank_compaction_schedule_name',
      'rank-compactor-dev',
      'standings-functions-dlq-dev',
    ],
    ['the auditor', 'audit_schedule_name', 'standings-auditor-dev', 'standings-functions-dlq-dev'],
    ['the sweep', 'event_sweep_schedule_name', 'event-sweep-dev', 'webhook-failures-dev'],
  ] as const;

  test.each(SCHEDULED)(
    'a run of %s that cannot start is in its dead-letter queue',
    async (_, scheduleOutput, name, queue) => {
      const schedule = stack.output(scheduleOutput);
      const fault = {
        service: 'lambda',
        operation: 'Invoke',
        function: schedule,
        effect: UNAVAILABLE,
      } as const;
      await during(fault, async () => {
        await stack.control.runSchedule(schedule);
        const letter = await takeFrom(queue, (each) => isOfRunNotStarted(each, name));
        expect(letter).toEqual({});
      });
    },
  );

  test.each(SCHEDULED)(
    'a run of %s that fails is in its dead-letter queue',
    async (_, scheduleOutput, name, queue) => {
      const fault = {
        service: 'dynamodb',
        operation: 'Query',
        function: name,
        effect: INVALID,
      } as const;
      await during(fault, async () => {
        await stack.control.runSchedule(stack.output(scheduleOutput));
        expect(await takeFrom(queue, (each) => isOfFailedRun(each, name))).toMatchObject({
          requestContext: { condition: 'RetriesExhausted' },
        });
      });
    },
  );
});
