import { describe, expect, test } from '@jest/globals';
import { DescribeLimitsCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';

import { eventually, useStack } from './use-stack.ts';

describe('injected faults', () => {
  const stack = useStack('orders', { retryImmediately: true });

  async function isStored(id: string): Promise<boolean> {
    const { Item } = await stack.dynamodb.send(
      new GetItemCommand({ TableName: stack.output('table_name'), Key: { id: { S: id } } }),
    );
    return Item !== undefined;
  }

  test.each([
    ['before', false],
    ['after', true],
  ] as const)(
    'kill %s the engine ends the worker, the write is stored: %s, the message is received again',
    async (when, stored) => {
      const id = `killed-${when}`;
      const hold = await stack.control.inject({
        service: 'dynamodb',
        operation: 'PutItem',
        function: 'worker-test',
        body_includes: id,
        when,
        effect: { kill: true },
        times: 1,
      });
      await stack.send({ id, do: 'put' });
      await eventually(async () => (await hold.hits()) === 1);
      const [firstRun] = await eventually(async () => {
        const runs = await stack.entries('started', id);
        return runs.length > 0 && runs;
      });
      // The message may have been received again by now, and the second run stores it in any case.
      const isStoredNow = await isStored(id);
      const runsSoFar = await stack.entries('started', id);
      expect(isStoredNow && (stored || runsSoFar.length === 1)).toBe(stored);
      await eventually(async () => (await stack.entries('ended', id)).length === 1);
      const runs = await stack.entries('started', id);
      expect(runs.map((run) => run.receiveCount)).toEqual([1, 2]);
      expect(firstRun?.receiveCount).toBe(1);
      expect((await stack.logLines()).join('\n')).toContain(
        'Runtime exited with error: signal: killed',
      );
      expect(await isStored(id)).toBe(true);
      await hold.remove();
    },
  );

  test('an error is returned as often as asked for, and to matching calls only', async () => {
    const fault = await stack.control.inject({
      service: 'dynamodb',
      operation: 'PutItem',
      body_includes: 'refused',
      when: 'before',
      effect: { error: 'ValidationException', status: 400, message: 'asked to refuse' },
      times: 2,
    });
    await stack.send({ id: 'accepted', do: 'put' });
    await stack.send({ id: 'refused', do: 'put' });
    await eventually(async () => await isStored('refused'));
    const runs = await stack.entries('started', 'refused');
    expect(runs.map((run) => run.receiveCount)).toEqual([1, 2, 3]);
    expect(await fault.hits()).toBe(2);
    await eventually(async () => (await stack.entries('ended', 'accepted')).length === 1);
    expect(await stack.entries('started', 'accepted')).toHaveLength(1);
    await fault.remove();
    expect(await stack.control.faults()).toEqual([]);
  });

  test('faults also affect the calls that Lambda makes for a function', async () => {
    const fault = await stack.control.inject({
      service: 'sqs',
      operation: 'DeleteMessageBatch',
      function: 'worker-test',
      when: 'before',
      effect: { error: 'InvalidAddress', status: 400 },
      times: 1,
    });
    await stack.send({ id: 'undeleted', do: 'nothing' });
    await eventually(async () => (await stack.entries('ended', 'undeleted')).length === 2);
    expect(await fault.hits()).toBe(1);
    await fault.remove();
  });

  test('a random fault affects its share of the calls, the same ones for the same seed', async () => {
    const callsHit = async (seed: number) => {
      const fault = await stack.control.inject({
        service: 'dynamodb',
        operation: 'DescribeLimits',
        when: 'before',
        effect: { error: 'ValidationException', status: 400 },
        random: { percent: 30, seed },
      });
      const hit: number[] = [];
      for (let call = 0; call < 100; call += 1) {
        const before = await fault.hits();
        await stack.dynamodb.send(new DescribeLimitsCommand()).catch(() => undefined);
        if ((await fault.hits()) > before) hit.push(call);
      }
      await fault.remove();
      return hit;
    };
    const first = await callsHit(1);
    expect(first.length).toBeGreaterThan(15);
    expect(first.length).toBeLessThan(45);
    expect(await callsHit(1)).toEqual(first);
    expect(await callsHit(2)).not.toEqual(first);
  });

  test('a misspelt fault is rejected with the name of the unknown key', async () => {
    await expect(
      stack.control.inject({
        service: 'dynamodb',
        operation: 'PutItem',
        when: 'before',
        effect: { kill: true },
        bodyIncludes: 'x',
      } as never),
    ).rejects.toThrow('Unknown key bodyIncludes in the fault');
  });
});
