import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { eventually, useStack, withStack, type TestStack } from './use-stack.ts';

describe('an event source mapping that reports batch item failures', () => {
  const stack = useStack('orders', { retryImmediately: true });

  test('delivers every character that SQS accepts unchanged', async () => {
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

  test('delivers a record of an SQS event', async () => {
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

  test('hands several messages of a group to one invocation, in their order', async () => {
    const group = 'together';
    const ids = ['together-1', 'together-2', 'together-3'];
    await stack.send({ id: 'together-0', do: 'sleep', ms: 500, group });
    for (const id of ids) await stack.send({ id, do: 'nothing', group });
    const entries = await eventually(async () => {
      const ended = (await stack.log()).filter(
        (entry) => entry.event === 'ended' && ids.includes(String(entry.id)),
      );
      return ended.length === ids.length && ended;
    });
    expect(entries.map(({ id }) => id)).toEqual(ids);
    expect(new Set(entries.map(({ invocations }) => invocations)).size).toBe(1);
  });

  test('deletes the messages that succeeded, not those reported as failed', async () => {
    await Promise.all([
      stack.send({ id: 'partial-good', do: 'nothing' }),
      stack.send({ id: 'partial-bad', do: 'report-failure' }),
    ]);
    await eventually(async () => (await stack.entries('started', 'partial-bad')).length >= 2);
    const runs = await stack.entries('started', 'partial-bad');
    expect(runs.slice(0, 2).map((run) => run.receiveCount)).toEqual([1, 2]);
    expect(await stack.entries('started', 'partial-good')).toHaveLength(1);
  });

  test('moves a message that fails 3 times to the dead-letter queue once, and its group continues', async () => {
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
  ])('treats %s as failure of the whole batch', async (name, response) => {
    const id = `malformed ${name}`;
    await stack.send(
      { id, do: 'respond', response },
      { MessageGroupId: 'g', MessageDeduplicationId: name.replaceAll(' ', '-') },
    );
    await eventually(async () => (await stack.entries('started', id)).length >= 2);
  });

  test('receives a batch again whose function throws', async () => {
    await stack.send({ id: 'thrower', do: 'throw' });
    await eventually(async () => (await stack.entries('started', 'thrower')).length >= 2);
    const lines = await stack.logLines();
    expect(lines.join('\n')).toContain('"errorType":"RangeError","errorMessage":"asked to throw"');
  });

  test('receives a message again whose worker crashes', async () => {
    await stack.send({ id: 'crasher', do: 'exit' });
    await eventually(async () => (await stack.entries('started', 'crasher')).length >= 2);
    expect((await stack.logLines()).join('\n')).toContain(
      'Runtime exited with error: exit status 3',
    );
  });
});

describe('an event source mapping that does not report batch item failures', () => {
  test('deletes every message of a batch whose function returned', async () => {
    await withStack('orders', { config: { reportFailures: 'false' } }, async (stack) => {
      await stack.send({ id: 'ignored', do: 'report-failure' });
      await eventually(async () => (await stack.entries('ended', 'ignored')).length === 1);
      await eventually(async () => (await stack.messagesLeft()) === 0);
      expect(await stack.entries('started', 'ignored')).toHaveLength(1);
    });
  });
});

describe('the visibility timeout', () => {
  test.each([
    ['reports as failed', 'report-failure'],
    ['crashes on', 'exit'],
  ])('returns a message that the function %s', async (_, action) => {
    await withStack('orders', { config: { visibilityTimeoutSeconds: '1' } }, async (stack) => {
      await stack.send({ id: 'returned', do: action });
      await eventually(async () => (await stack.entries('started', 'returned')).length >= 2);
    });
  });
});

describe('concurrency and visibility', () => {
  const stack = useStack('orders', {
    config: { reservedConcurrency: '3', batchSize: '1' },
  });

  test('under a backlog, as many invocations run concurrently as are reserved', async () => {
    expect(await mostConcurrent(stack, 3)).toBe(3);
  });

  test('the maximum concurrency of the mapping limits a higher reserved concurrency', async () => {
    await withStack(
      'orders',
      {
        config: {
          reservedConcurrency: '5',
          maximumConcurrency: '2',
          batchSize: '1',
        },
      },
      async (bounded) => {
        expect(await mostConcurrent(bounded, 2)).toBe(2);
      },
    );
  });

  test('a failed message stays invisible and blocks its group, not other groups', async () => {
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

/** Long enough for one more invocation to start, if it could. A busy machine makes the test weaker, and does not fail it. */
const ONE_MORE_MS = 1_000;

/** Blocks nine orders until so many are in process, then releases them; returns how many were in process concurrently. */
async function mostConcurrent(stack: TestStack, expected: number): Promise<number> {
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
  const concurrent = (await stack.log())
    .filter(({ event }) => event === 'started' || event === 'ended')
    .sort((a, b) => a.at - b.at || (a.event === 'ended' ? -1 : 1))
    .map(({ event }) => (running += event === 'started' ? 1 : -1));
  return Math.max(...concurrent);
}
