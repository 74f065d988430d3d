import { describe, expect, test } from '@jest/globals';

import { eventually, useStack } from './use-stack.ts';

describe('a function', () => {
  const stack = useStack('orders', {
    config: { batchSize: '1' },
    env: { ...process.env, LEAKED_FROM_THE_SHELL: 'yes', AWS_PROFILE: 'production' },
  });

  async function entryOf(event: string, order: { id: string; do: string }) {
    await stack.send(order);
    return eventually(async () => (await stack.log()).find((entry) => entry.event === event));
  }

  test('has its own variables and those of the platform, none of the shell', async () => {
    const { variables } = await entryOf('environment', { id: 'environment', do: 'environment' });
    expect(Object.keys(variables as object).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_ENDPOINT_URL_DYNAMODB',
      'AWS_ENDPOINT_URL_LAMBDA',
      'AWS_ENDPOINT_URL_S3',
      'AWS_ENDPOINT_URL_SECRETS_MANAGER',
      'AWS_ENDPOINT_URL_SQS',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_FORMAT',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_XRAY_CONTEXT_MISSING',
      'AWS_XRAY_DAEMON_ADDRESS',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'PATH',
      'TABLE_NAME',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ]);
    expect(variables).toMatchObject({
      TABLE_NAME: stack.output('table_name'),
      AWS_LAMBDA_FUNCTION_NAME: 'worker-test',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/worker-test',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ENDPOINT_URL_SQS: stack.description.endpoints.sqs,
    });
  });

  test('receives the context of the invocation', async () => {
    const context = await entryOf('context', { id: 'context', do: 'context' });
    expect(context).toMatchObject({
      functionName: 'worker-test',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-west-1:000000000000:function:worker-test',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/worker-test',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context['remainingMs']).toBeGreaterThan(0);
    expect(context['remainingMs']).toBeLessThanOrEqual(600_000);
  });

  test('reuses its worker: the module is loaded once for successive invocations', async () => {
    for (const id of ['warm-1', 'warm-2']) {
      await stack.send({ id, do: 'nothing' });
      await eventually(async () => (await stack.entries('ended', id)).length === 1);
    }
    const [second] = await stack.entries('ended', 'warm-2');
    expect(second?.invocations).toBeGreaterThan(1);
  });

  test('is killed when it exceeds its memory', async () => {
    await stack.send({ id: 'greedy', do: 'exhaust-memory' });
    await eventually(async () =>
      (await stack.logLines()).join('\n').includes('Runtime.OutOfMemory'),
    );
    await stack.send({ id: 'after-greedy', do: 'nothing' });
    await eventually(async () => (await stack.entries('ended', 'after-greedy')).length === 1);
  });

  test('cannot reach AWS: calls to other services are rejected on loopback', async () => {
    const answer = await entryOf('answer', { id: 'elsewhere', do: 'call-unsupported-service' });
    expect(answer['status']).toBe(501);
  });
});

describe('a function with a timeout of 2 s', () => {
  const stack = useStack('orders', {
    config: { timeoutSeconds: '2', batchSize: '1', maxReceiveCount: '100' },
    // So that a machine too busy for 2 s runs the next order again.
    retryImmediately: true,
  });

  test.each(['spin', 'sleep'])(
    'is ended even if all it does is %s, and the next invocation gets a new worker',
    async (action) => {
      const id = `endless-${action}`;
      await stack.send({ id, do: action, ms: 1_000_000 });
      const [{ invocations } = { invocations: 0 }] = await eventually(async () => {
        const runs = await stack.entries('started', id);
        return runs.length >= 2 && runs.slice(1);
      });
      expect(invocations).toBe(1);
      await stack.send({ id: `after-${action}`, do: 'nothing' });
      await eventually(async () => (await stack.entries('ended', `after-${action}`)).length >= 1);
      expect(await stack.entries('ended', id)).toHaveLength(0);
      expect((await stack.logLines()).join('\n')).toMatch(
        /"Sandbox.Timedout","errorMessage":"RequestId: [0-9a-f-]{36} Error: Task timed out after 2.00 seconds"/,
      );
    },
  );
});
