import { expect, test } from '@jest/globals';

import { collectGraph } from '../graph/resource-graph.ts';
import { LambdaFunction } from './lambda-function.ts';
import { RestApi, type RestApiArgs } from './rest-api.ts';

const tags = { Environment: 'test', Purpose: 'test' };
const alarms = {
  periodSeconds: 60,
  topicArns: { page: undefined, ticket: undefined },
  minimal: false,
};

/** The triggers of the deployment of an API with one function and one document, with a change. */
async function triggersOf(change: {
  document?: string;
  apiKeyRequired?: boolean;
  schema?: unknown;
  functionName?: string;
  gatewayResponses?: RestApiArgs['gatewayResponses'];
  rate?: number;
  interim?: boolean;
}): Promise<unknown> {
  const graph = await collectGraph(() => {
    const fn = new LambdaFunction('orders', {
      name: change.functionName ?? 'orders',
      description: 'Handles orders',
      bundle: '/not-built',
      memoryMegabytes: 128,
      timeoutSeconds: 1,
      reservedConcurrency: 'none',
      environment: {},
      logRetentionDays: 1,
      traced: true,
      permissions: [],
      permissionsBoundary: undefined,
      alarms,
      tags,
    });
    new RestApi('api', {
      name: 'api',
      description: 'An API',
      stageName: 'v1',
      routes: [
        {
          kind: 'function',
          path: 'orders',
          method: 'POST',
          function: fn,
          apiKeyRequired: change.apiKeyRequired ?? false,
          bodyModel: { name: 'Order', schema: change.schema ?? { type: 'object' } },
        },
        { kind: 'document', path: 'about.json', document: change.document ?? '{}' },
      ],
      gatewayResponses: change.gatewayResponses ?? [{ type: 'DEFAULT_4XX', body: '{}' }],
      throttle: { rate: change.rate ?? 1, burst: 1 },
      interim: change.interim ?? false,
      logRetentionDays: 1,
      loggingAccount: undefined,
      errorRateAlarmPercent: 1,
      latencyAlarmMilliseconds: 3000,
      traced: true,
      alarms,
      tags,
    });
    return {};
  });
  return graph.get('aws:apigateway/deployment:Deployment').inputs['triggers'];
}

test('deploys an API again when something changes that its deployment copies', async () => {
  const deployed = await triggersOf({});
  for (const change of [
    { document: '{"a":1}' },
    { apiKeyRequired: true },
    { schema: { type: 'array' } },
    { functionName: 'other' },
    { gatewayResponses: [{ type: 'DEFAULT_4XX', body: '{"error":1}' }] },
    { gatewayResponses: [{ type: 'DEFAULT_4XX', body: '{}', status: 400 }] },
  ]) {
    expect({ change, triggers: await triggersOf(change) }).not.toEqual({
      change,
      triggers: deployed,
    });
  }
});

test('does not deploy an API again without a change, or for one of its stage', async () => {
  const deployed = await triggersOf({});
  expect(await triggersOf({ rate: 2 })).toEqual(deployed);
  expect(await triggersOf({})).toEqual(deployed);
});

test('deploys an API again after an update that removed something from it', async () => {
  const interim = await triggersOf({ interim: true });
  expect(interim).toEqual({ definition: expect.any(String), interim: 'true' });
  expect(await triggersOf({})).not.toEqual(interim);
});
