import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { eventually, StackFixture } from './stack-fixture.ts';

describe('an event source mapping that reports batch item failures', () => {
  let stack: StackFixture;

  beforeAll(async () => {
    stack = await StackFixture.start({ retryImmediately: true });
  });
  afterAll(async () => {
    await stack.stop();
  });

  test('hands over every character that SQS takes, as it was sent', async () => {
    const id = 'a 🏆, \uE000, \uE7FF and \uE800';
    await stack.send({ id, do: 'nothing', group: 'characters' }, { MessageDeduplicationId: '1' });
    const [entry] = await eventually(async () => {
      const entries = await stack.entries('started', id);
      return entries.length > 0 && entries;
    });
    const { body, md5OfBody } = entry?.['record'] as { body: string; md5OfBody: string };
    expect(JSON.parse(body)).toMatchObject({ id });
    expect(md5OfBody).toBe(createHash('md5').update(body).digest('hex'));
  });

  test('hands over a record in the shape of an SQS event', async () => {
    const messageId = await stack.send(
      { id: 'shape', do: 'nothing', group: 'shape-group' },
      { MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } } },
    );
    const [entry] = await eventually(async () => {
      const entries = await stack.entries('ended', 'shape');
      return entries.length > 0 && stack.entries('started', 'shape');
    });
    expect(entry?.['record']).toMatchObject({
      messageId,
      body: JSON.stringify({ id: 'shape', do: 'nothing', group: 'shape-group' }),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        SequenceNumber: expect.stringMatching(/^\d{20}$/),
        MessageGroupId: 'shape-group',
        MessageDeduplicationId: 'shape',
        SenderId: expect.any(String),
      },
      messageAttributes: {
        colour: {
          dataType: 'String',
          stringValue: 'red',
          stringListValues: [],
          binaryListValues: [],
        },
      },
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: stack.output('queue_arn'),
      awsRegion: 'us-west-1',
    });
  });

  test('deletes what succeeded and leaves what is reported as failed', async () => {
    await Promise.all([
      stack.send({ id: 'partial-good', do: 'nothing' }),
      stack.send({ id: 'partial-bad', do: 'report-failure' }),
    ]);
    await eventually(async () => (await stack.entries('started', 'partial-bad')).length >= 2);
    const runs = await stack.entries('started', 'partial-bad');
    expect(runs.slice(0, 2).map((run) => run.receiveCount)).toEqual([1, 2]);
    expect(await stack.entries('started', 'partial-good')).toHaveLength(1);
  });

  test('a message that fails 3 times is in the dead-letter queue exactly once, its group goes on', async () => {
    await stack.send({ id: 'poison', do: 'report-failure', group: 'poisoned' });
    await stack.send({ id: 'follower', do: 'nothing', group: 'poisoned' });
    const deadLetter = await eventually(async () => {
      const message = await stack.receiveDeadLetter();
      return message?.Body?.includes('"poison"') === true && message;
    });
    expect(deadLetter.Attributes?.MessageGroupId).toBe('poisoned');
    await eventually(async () => (await stack.entries('ended', 'follower')).length === 1);
    const runs = await stack.entries('started', 'poison');
    expect(runs.map((run) => run.receiveCount)).toEqual([1, 2, 3]);
    const [follower] = await stack.entries('started', 'follower');
    expect(Number(follower?.at)).toBeGreaterThan(Number(runs[2]?.at));
  });

  test.each([
    ['an unknown message id', { batchItemFailures: [{ itemIdentifier: 'nobody' }] }],
    ['an empty message id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a response of another shape', 'done'],
  ])('takes %s for a failure of the whole batch', async (name, response) => {
    const id = `malformed ${name}`;
    await stack.send(
      { id, do: 'respond', response },
      { MessageGroupId: 'g', MessageDeduplicationId: name.replaceAll(' ', '-') },
    );
    await eventually(async () => (await stack.entries('started', id)).length >= 2);
  });

  test('a batch whose function throws is received again', async () => {
    await stack.send({ id: 'thrower', do: 'throw' });
    await eventually(async () => (await stack.entries('started', 'thrower')).length >= 2);
    const lines = await stack.logLines();
    expect(lines.join('\n')).toContain('"errorType":"RangeError","errorMessage":"asked to throw"');
  });

  test('a worker that crashes answers nobody: the message is received again', async () => {
    await stack.send({ id: 'crasher', do: 'exit' });
    await eventually(async () => (await stack.entries('started', 'crasher')).length >= 2);
    expect((await stack.logLines()).join('\n')).toContain(
      'Runtime exited with error: exit status 3',
    );
  });
});

describe('an event source mapping that does not report batch item failures', () => {
  test('deletes every message of a batch that returned, whatever it returned', async () => {
    const stack = await StackFixture.start({ config: { reportFailures: 'false' } });
    try {
      await stack.send({ id: 'ignored', do: 'report-failure' });
      await eventually(async () => (await stack.entries('ended', 'ignored')).length === 1);
      await eventually(async () => (await stack.messagesLeft()) === 0);
      expect(await stack.entries('started', 'ignored')).toHaveLength(1);
    } finally {
      await stack.stop();
    }
  });
});

describe('the visibility timeout', () => {
  test.each([
    ['reports as failed', 'report-failure'],
    ['does not live to answer for', 'exit'],
  ])('returns what a function %s', async (_, action) => {
    const stack = await StackFixture.start({ config: { visibilityTimeoutSeconds: '1' } });
    try {
      await stack.send({ id: 'returned', do: action });
      await eventually(async () => (await stack.entries('started', 'returned')).length >= 2);
    } finally {
      await stack.stop();
    }
  });
});

describe('concurrency and visibility', () => {
  let stack: StackFixture;

  beforeAll(async () => {
    stack = await StackFixture.start({
      config: { reservedConcurrency: '3', batchSize: '1' },
    });
  });
  afterAll(async () => {
    await stack.stop();
  });

  test('no more invocations run at once than are reserved, and no fewer under a backlog', async () => {
    expect(await mostAtOnce(stack, 3)).toBe(3);
  });

  test('the maximum concurrency of the mapping holds below the reserved concurrency', async () => {
    const bounded = await StackFixture.start({
      config: {
        reservedConcurrency: '5',
        maximumConcurrency: '2',
        batchSize: '1',
      },
    });
    try {
      expect(await mostAtOnce(bounded, 2)).toBe(2);
    } finally {
      await bounded.stop();
    }
  });

  test('a failed message stays invisible, and its group waits, while other groups go on', async () => {
    await stack.send({ id: 'hidden', do: 'report-failure', group: 'hidden-group' });
    await stack.send({ id: 'behind', do: 'nothing', group: 'hidden-group' });
    await eventually(async () => (await stack.entries('ended', 'hidden')).length === 1);
    for (const id of ['other-1', 'other-2', 'other-3']) {
      await stack.send({ id, do: 'nothing' });
      await eventually(async () => (await stack.entries('ended', id)).length === 1);
    }
    expect(await stack.entries('started', 'hidden')).toHaveLength(1);
    expect(await stack.entries('started', 'behind')).toHaveLength(0);
    await eventually(async () => (await stack.messagesLeft()) === 2);
  });
});

/** In which an invocation more would start, if it could. A busy machine makes the test weaker, and does not fail it. */
const ONE_MORE_MS = 1_000;

/** Holds nine orders up until so many are worked on, then lets them end; counts how many were worked on at once. */
async function mostAtOnce(stack: StackFixture, expected: number): Promise<number> {
  const hold = await stack.control.inject({
    service: 'dynamodb',
    operation: 'PutItem',
    when: 'before',
    effect: { error: 'ValidationException', status: 400 },
  });
  const ids = Array.from({ length: 9 }, (_, index) => `held-${String(index)}`);
  await Promise.all(ids.map((id) => stack.send({ id, do: 'put-until-accepted' })));
  await eventually(async () => {
    const started = (await stack.log()).filter(({ event }) => event === 'started');
    return started.length >= expected;
  });
  await delay(ONE_MORE_MS);
  await hold.remove();
  await eventually(async () => {
    const ended = (await stack.log()).filter(({ event }) => event === 'ended');
    return ended.length === ids.length;
  });
  let running = 0;
  const atOnce = (await stack.log())
    .filter(({ event }) => event === 'started' || event === 'ended')
    .sort((a, b) => a.at - b.at || (a.event === 'ended' ? -1 : 1))
    .map(({ event }) => (running += event === 'started' ? 1 : -1));
  return Math.max(...atOnce);
}
