import { describe, expect, test } from '@jest/globals';

import { takeMessages } from './table-and-queue.ts';
import { eventually, useStack } from './use-stack.ts';

describe('an asynchronous invocation', () => {
  const stack = useStack('live', { args: ['--async-retry-seconds', '0.05'] });

  async function invocations(): Promise<{ input: Record<string, unknown>; requestId: string }[]> {
    const lines = await stack.control.logLines('/aws/lambda/job-live').catch(() => []);
    return lines
      .filter((line) => line.startsWith('{"event":"invoked"'))
      .map((line) => JSON.parse(line) as { input: Record<string, unknown>; requestId: string });
  }

  test('a schedule that is fired invokes its function with its input', async () => {
    await stack.control.runSchedule(stack.output('schedule_name'));
    const { input } = await eventually(async () =>
      (await invocations()).find((invocation) => invocation.input['from'] === 'schedule'),
    );
    expect(input).toEqual({ from: 'schedule' });
  });

  test('an unknown schedule is an error with its name', async () => {
    await expect(stack.control.runSchedule('weekly')).rejects.toThrow(
      'There is no schedule "weekly".',
    );
  });

  test('a schedule retries when Lambda does not accept its event', async () => {
    const before = (await invocations()).length;
    const fault = await stack.control.inject({
      service: 'lambda',
      operation: 'Invoke',
      when: 'before',
      effect: { error: 'ServiceException', status: 500 },
      times: 1,
    });
    await stack.control.runSchedule(stack.output('schedule_name'));
    expect(await fault.hits()).toBe(1);
    await eventually(async () => (await invocations()).length === before + 1);
  });

  test('a function that fails is retried as configured, then its failure goes to the destination', async () => {
    const fault = await stack.control.inject({
      service: 'lambda',
      operation: 'Invoke',
      when: 'before',
      effect: { delay_ms: 0 },
      times: 1,
    });
    const response = await invoke({ throw: 'asked to fail' }, 'Event');
    expect(response.status).toBe(202);
    const [letter] = await takeMessages(stack, 'failures_url', 1);
    const attempts = (await invocations()).filter(({ input }) => input['throw'] !== undefined);
    expect(attempts).toHaveLength(2);
    expect(attempts[0]?.requestId).toBe(attempts[1]?.requestId);
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({
      version: '1.0',
      requestContext: {
        requestId: attempts[0]?.requestId,
        functionArn: 'arn:aws:lambda:us-west-1:000000000000:function:job-live:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
      },
      requestPayload: { throw: 'asked to fail' },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorType: 'RangeError', errorMessage: 'asked to fail' },
    });
    await fault.remove();
  });

  test('a synchronous invocation returns the result or the error of the function', async () => {
    const returned = await invoke({ answer: { ok: true } }, 'RequestResponse');
    expect([returned.status, await returned.json()]).toEqual([200, { ok: true }]);
    const failed = await invoke({ throw: 'asked to fail' }, 'RequestResponse');
    expect(failed.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await failed.json()).toMatchObject({ errorType: 'RangeError' });
  });

  test('an unknown function and a payload that is too large are rejected', async () => {
    const unknown = await invoke({}, 'Event', 'nobody');
    expect([unknown.status, unknown.headers.get('x-amzn-errortype')]).toEqual([
      404,
      'ResourceNotFoundException',
    ]);
    const large = await invoke({ text: 'x'.repeat(1_024 * 1_024) }, 'Event');
    expect(large.status).toBe(413);
  });

  function invoke(event: unknown, type: string, name = 'job-live'): Promise<Response> {
    const { lambda = '' } = stack.description.endpoints;
    return fetch(`${lambda}/2015-03-31/functions/${name}/invocations`, {
      method: 'POST',
      headers: { 'x-amz-invocation-type': type },
      body: JSON.stringify(event),
    });
  }
});
