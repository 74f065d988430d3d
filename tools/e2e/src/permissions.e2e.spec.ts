import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createProducer } from '@leaderboard/producer-sdk';
import { anUpdate } from './stacks/an-update.ts';
import { useIntakeStack, webhookEvent } from './stacks/intake-stack.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

const SDK_README = path.resolve(import.meta.dirname, '../../../libs/producer-sdk/README.md');
const QUEUE_IN_README = 'arn:aws:sqs:us-west-1:123456789012:leaderboard-updates-dev.fifo';
const MAIN_QUEUE = 'arn:aws:sqs:us-west-1:000000000000:leaderboard-updates-dev.fifo';

/** The policy as the README gives it, for the queue of this stack. */
async function policyOfReadme(): Promise<Record<string, unknown>> {
  const blocks = (await readFile(SDK_README, 'utf8')).matchAll(/^```json\n(.*?)^```$/gms);
  const policy = [...blocks].map(([, json = '']) => json).find((json) => json.includes('"Effect"'));
  expect(policy).toContain(QUEUE_IN_README);
  return JSON.parse(policy?.replace(QUEUE_IN_README, MAIN_QUEUE) ?? '') as Record<string, unknown>;
}

describe('a game server with the policy of the SDK README', () => {
  const stack = useLeaderboardStack();
  let sqs: SQSClient;
  let dynamodb: DynamoDBClient;

  beforeAll(async () => {
    const client = {
      region: 'us-west-1',
      credentials: await stack.control.actAs({ policy: await policyOfReadme() }),
      maxAttempts: 1,
    };
    sqs = new SQSClient({ ...client, endpoint: stack.endpoint('sqs') });
    dynamodb = new DynamoDBClient({ ...client, endpoint: stack.endpoint('dynamodb') });
  });
  afterAll(async () => {
    sqs.destroy();
    dynamodb.destroy();
  });

  test('may send updates', async () => {
    const producer = createProducer({ queueUrl: stack.output('main_queue_url'), client: sqs });
    const update = anUpdate();
    await producer.sendLeaderboardUpdate(update);
    await producer.close();
    await until(
      'the update is in the ledger',
      async () => (await stack.ledgerOf(update.player_id)).length === 1,
    );
  });

  test('may neither receive nor delete messages, nor read the attributes of the queue', async () => {
    const QueueUrl = stack.output('main_queue_url');
    const denied = expect.objectContaining({
      name: expect.stringMatching(/^AccessDenied/),
      message: expect.stringMatching(
        /^User: arn:aws:sts::\d{12}:assumed-role\/.* is not authorized to perform: sqs:\w+ on resource: arn:aws:sqs:us-west-1:000000000000:leaderboard-updates-dev\.fifo because no identity-based policy allows the sqs:\w+ action$/,
      ),
    });
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toEqual(denied);
    await expect(
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'any' })),
    ).rejects.toEqual(denied);
    await expect(
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
    ).rejects.toEqual(denied);
  });

  test('may not send to another queue, nor read the ledger', async () => {
    await expect(
      sqs.send(
        new SendMessageCommand({
          QueueUrl: stack.output('dlq_url'),
          MessageBody: '{}',
          MessageGroupId: 'a',
        }),
      ),
    ).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
    await expect(
      dynamodb.send(new ScanCommand({ TableName: stack.output('dynamodb_table_name') })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('dynamodb:Scan'),
    });
  });
});

describe('a function without a permission that it needs', () => {
  const stack = useLeaderboardStack({
    removedGrants: ['leaderboard-processor-dev:AppendToLedger:dynamodb:PutItem'],
    // While the call is denied, the processor tries for two thirds of its timeout, on each receive.
    config: { processorTimeoutSeconds: '9' },
  });

  test('is denied the call with the message of AWS, and the update is in the DLQ, not lost', async () => {
    const update = anUpdate();
    await stack.putUpdate(update);
    await stack.drained();
    expect(await stack.ledgerOf(update.player_id)).toEqual([]);
    expect(await stack.deadLettersOf(update.player_id)).toMatchObject([
      { body: JSON.stringify(update), errorReason: expect.stringContaining('not authorized') },
    ]);
    const lines = await stack.control.logLines('/aws/lambda/leaderboard-processor-dev');
    expect(lines.join('\n')).toContain(
      'User: arn:aws:sts::000000000000:assumed-role/leaderboard-processor-dev/leaderboard-processor-dev is not authorized to perform: ' +
        'dynamodb:PutItem on resource: arn:aws:dynamodb:us-west-1:000000000000:table/leaderboard-data-dev because no identity-based policy allows the dynamodb:PutItem action',
    );
  });
});

describe('every function', () => {
  const intake = useIntakeStack();

  test('writes its own log group, and its traces unless it runs on a schedule', async () => {
    const { stack } = intake;
    await intake.postWebhook(webhookEvent());
    await intake.postUpdates([anUpdate()]);
    await fetch(stack.output('leaderboard_url'));
    const scheduled = new Map([
      ['standings-snapshotter-dev', 'snapshotter_schedule_name'],
      ['standings-auditor-dev', 'audit_schedule_name'],
      ['rank-compactor-dev', 'rank_compaction_schedule_name'],
      ['event-sweep-dev', 'event_sweep_schedule_name'],
    ]);
    for (const [name, schedule] of scheduled) {
      // A run that finds nothing to do logs nothing.
      await stack.control.inject({
        service: 'dynamodb',
        operation: 'Query',
        function: name,
        when: 'before',
        effect: { error: 'ValidationException', status: 400 },
      });
      await stack.control.runSchedule(stack.output(schedule));
    }
    const functions = [
      ...scheduled.keys(),
      'leaderboard-processor-dev',
      'standings-projector-dev',
      'leaderboard-api-dev',
      'webhook-validator-dev',
      'event-router-dev',
      'updates-intake-dev',
    ];
    for (const name of functions) {
      await until(`${name} has logs and traces`, async () => {
        const lines = await stack.control.logLines(`/aws/lambda/${name}`);
        const { segments, telemetryRecords } = await stack.control.traces(name);
        const isTraced = segments > 0 && telemetryRecords > 0;
        return lines.length > 0 && isTraced !== scheduled.has(name);
      });
    }
  });
});
