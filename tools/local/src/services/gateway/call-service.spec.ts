import { expect, test } from '@jest/globals';

import { serviceCaller } from './call-service.ts';

const responding = (...statuses: readonly (readonly [status: number, code: string])[]) => {
  let calls = 0;
  const call = serviceCaller(() => {
    const [status, code] = statuses[calls] ?? [200, ''];
    calls += 1;
    const body = Buffer.from(
      JSON.stringify(status === 200 ? { Messages: [] } : { __type: `com.amazonaws#${code}` }),
    );
    return Promise.resolve({ status, headers: {}, body });
  });
  return { call, calls: () => calls };
};

test('an error of the service is thrown under its code', async () => {
  const { call, calls } = responding([400, 'QueueDoesNotExist']);
  await expect(call('ReceiveMessage', {})).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  expect(calls()).toBe(1);
});

test.each([
  [400, 'ThrottlingException'],
  [503, 'ServiceUnavailable'],
])('a call that is answered with %d %s is made again', async (status, code) => {
  const { call, calls } = responding([status, code], [status, code]);
  expect(await call('ReceiveMessage', {})).toEqual({ Messages: [] });
  expect(calls()).toBe(3);
});

test('after three attempts the error is passed on', async () => {
  const fails = [503, 'ServiceUnavailable'] as const;
  const { call, calls } = responding(fails, fails, fails, fails);
  await expect(call('ReceiveMessage', {})).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  expect(calls()).toBe(3);
});
