import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { TYPES } from '../../graph/resource-types.ts';
import { graphOf, jsonOf, REGION_AND_ACCOUNT, statementsOf } from '../../testing/program.ts';
import { WORKSPACE_ROOT } from '../../workspace.ts';

const API = 'leaderboard-intake-api-id';
const METHOD = 'aws:apigateway/method:Method';
const MODEL = 'aws:apigateway/model:Model';
const RESPONSE = 'aws:apigateway/response:Response';

const graph = await graphOf();

describe('the routes', () => {
  test.each([
    ['webhook', 'webhook-validator-test', false, 'WebhookEvent'],
    ['updates', 'updates-intake-test', true, 'UpdatesRequest'],
  ])(
    'POST /%s invokes %s, after its body is validated whatever its content type',
    (path, fn, apiKeyRequired, model) => {
      const name = `leaderboard-intake-${path}`;
      expect(graph.get('aws:apigateway/resource:Resource', name).inputs).toMatchObject({
        restApi: API,
        parentId: 'root',
        pathPart: path,
      });
      expect(graph.get(METHOD, `${name}-method`).inputs).toMatchObject({
        httpMethod: 'POST',
        authorization: 'NONE',
        apiKeyRequired,
        requestModels: { 'application/json': model, $default: model },
        requestValidatorId: 'leaderboard-intake-body-id',
      });
      expect(
        graph.get('aws:apigateway/integration:Integration', `${name}-integration`).inputs,
      ).toMatchObject({
        type: 'AWS_PROXY',
        integrationHttpMethod: 'POST',
        uri: `arn:aws:apigateway:us-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:${REGION_AND_ACCOUNT}:function:${fn}/invocations`,
        timeoutMilliseconds: 29_000,
      });
      expect(graph.get(TYPES.permission, `${name}-permission`).inputs).toEqual({
        action: 'lambda:InvokeFunction',
        function: fn,
        principal: 'apigateway.amazonaws.com',
        sourceArn: `arn:aws:execute-api:${REGION_AND_ACCOUNT}:a1b2c3d4e5/v1/POST/${path}`,
      });
    },
  );

  test('requests are validated by their bodies', () => {
    expect(
      graph.get('aws:apigateway/requestValidator:RequestValidator', 'leaderboard-intake-body')
        .inputs,
    ).toMatchObject({ validateRequestBody: true });
  });

  test('the model of a webhook has the types and values of the contract, and requires nothing', () => {
    expect(jsonOf(graph.get(MODEL, 'WebhookEvent'), 'schema')).toMatchObject({
      $schema: 'http://json-schema.org/draft-04/schema#',
      type: 'object',
      properties: {
        event_id: { type: 'string' },
        transaction_type: { type: 'string', enum: ['payment', 'refund', 'dispute'] },
        amount: { type: 'number' },
        timestamp: { type: 'string' },
      },
    });
    expect(jsonOf(graph.get(MODEL, 'WebhookEvent'), 'schema')).not.toHaveProperty('required');
  });

  test('the model of updates leaves the validation of each update to the function', () => {
    expect(jsonOf(graph.get(MODEL, 'UpdatesRequest'), 'schema')).toEqual({
      $schema: 'http://json-schema.org/draft-04/schema#',
      title: 'UpdatesRequest',
      type: ['object', 'array'],
      maxItems: 100,
    });
  });

  test('GET /openapi.json returns the checked-in document', () => {
    const { responseTemplates } = graph.get(
      'aws:apigateway/integrationResponse:IntegrationResponse',
      'leaderboard-intake-openapi-json-document',
    ).inputs as { responseTemplates: Record<string, string> };
    const encoded = /^\$util\.base64Decode\('(.*)'\)$/.exec(
      responseTemplates['application/json'] ?? '',
    )?.[1];
    const checkedIn = readFileSync(join(WORKSPACE_ROOT, 'apps/intake/openapi.json'), 'utf8');
    expect(JSON.parse(Buffer.from(encoded ?? '', 'base64').toString())).toEqual(
      JSON.parse(checkedIn),
    );
  });
});

describe('the stage', () => {
  test('is traced and writes access logs that expire after 30 days', () => {
    const stage = graph.get('aws:apigateway/stage:Stage');
    expect(stage.inputs).toMatchObject({
      stageName: 'v1',
      xrayTracingEnabled: true,
      accessLogSettings: {
        destinationArn: `arn:aws:logs:${REGION_AND_ACCOUNT}:log-group:/aws/apigateway/leaderboard-intake-test`,
      },
    });
    expect(
      graph.get(TYPES.logGroup, '/aws/apigateway/leaderboard-intake-test').inputs,
    ).toMatchObject({ retentionInDays: 30 });
    expect(stage.dependsOn).toEqual(['aws:apigateway/account:Account::api-gateway-account']);
  });

  test('logs the request id that the events table has, not one that clients set', () => {
    expect(graph.get('aws:apigateway/stage:Stage').inputs).toMatchObject({
      accessLogSettings: {
        format: expect.stringContaining('"request_id":"$context.extendedRequestId"'),
      },
    });
  });

  test('logs nothing of a body', () => {
    const { format } = graph.get('aws:apigateway/stage:Stage').inputs['accessLogSettings'] as {
      format: string;
    };
    expect(JSON.parse(format)).not.toHaveProperty('body');
    expect(format).not.toMatch(/validationErrorString|\$input/);
  });

  test('accepts 1,000 requests per second', () => {
    expect(graph.get('aws:apigateway/methodSettings:MethodSettings').inputs).toMatchObject({
      methodPath: '*/*',
      stageName: 'v1',
      settings: { throttlingRateLimit: 1000, throttlingBurstLimit: 1000 },
    });
  });

  test('is deployed after every route and gateway response', () => {
    const { dependsOn } = graph.get('aws:apigateway/deployment:Deployment');
    for (const type of [
      'method:Method',
      'integration:Integration',
      'integrationResponse:IntegrationResponse',
      'response:Response',
    ]) {
      const declared = graph.ofType(`aws:apigateway/${type}`);
      expect(dependsOn).toEqual(
        expect.arrayContaining(declared.map((resource) => `${resource.type}::${resource.name}`)),
      );
    }
  });

  test('writes its logs with the role of this stack, or with the one that the account has', async () => {
    expect(statementsOf(graph, 'api-gateway-logs-test')).toMatchObject({
      ApiGatewayWritesTheLogsOfAllItsApis: { Resource: ['*'] },
    });
    for (const [type, name] of [
      [TYPES.role, 'api-gateway-role'],
      [TYPES.rolePolicy, 'api-gateway-policy'],
      [TYPES.apiGatewayAccount, 'api-gateway-account'],
    ] as const) {
      expect(graph.get(type, name)).toMatchObject({ retained: true });
    }
    const unmanaged = await graphOf({ 'leaderboard:manageApiGatewayAccount': 'false' });
    expect(unmanaged.ofType('aws:apigateway/account:Account')).toEqual([]);
    expect(unmanaged.get('aws:apigateway/stage:Stage').dependsOn).toEqual([]);
  });
});

describe('gateway responses', () => {
  const responseTo = (type: string) => {
    const [response] = graph.ofType(RESPONSE).filter((r) => r.inputs['responseType'] === type);
    const { statusCode, responseTemplates, responseParameters } = (response?.inputs ?? {}) as {
      statusCode?: string;
      responseTemplates: Record<string, string>;
      responseParameters?: Record<string, string>;
    };
    return { statusCode, body: responseTemplates['application/json'] ?? '', responseParameters };
  };

  test.each([
    ['BAD_REQUEST_BODY', '400'],
    ['INVALID_API_KEY', '403'],
    ['ACCESS_DENIED', '403'],
    ['MISSING_AUTHENTICATION_TOKEN', '404'],
    ['REQUEST_TOO_LARGE', '413'],
    ['THROTTLED', '429'],
    ['DEFAULT_5XX', '503'],
  ])('%s is %s with an error in JSON', (type, status) => {
    const { statusCode, body } = responseTo(type);
    expect(statusCode).toBe(status);
    expect(JSON.parse(body)).toHaveProperty('error');
  });

  test('the reason of an invalid body is fixed: that of the gateway is not escaped', () => {
    expect(JSON.parse(responseTo('BAD_REQUEST_BODY').body)).toEqual({
      error: 'Invalid body',
      reason: expect.stringContaining('GET /openapi.json'),
    });
    for (const { inputs } of graph.ofType(RESPONSE)) {
      expect(JSON.stringify(inputs)).not.toContain('validationErrorString');
    }
  });

  test('any other 4xx keeps its status, with its message as the error', () => {
    expect(responseTo('DEFAULT_4XX')).toMatchObject({
      statusCode: undefined,
      body: '{"error":$context.error.messageString}',
    });
  });

  test.each(['INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT', 'API_CONFIGURATION_ERROR'])(
    '%s, for example of a throttled function, is 503 with Retry-After and not 500',
    (type) => {
      expect(responseTo(type)).toMatchObject({
        statusCode: '503',
        responseParameters: { 'gatewayresponse.header.Retry-After': "'2'" },
      });
    },
  );

  test('429 has Retry-After', () => {
    expect(responseTo('THROTTLED').responseParameters).toMatchObject({
      'gatewayresponse.header.Retry-After': "'1'",
    });
  });

  test('all have X-Content-Type-Options', () => {
    for (const { inputs } of graph.ofType(RESPONSE)) {
      expect(inputs).toMatchObject({
        responseParameters: { 'gatewayresponse.header.X-Content-Type-Options': "'nosniff'" },
      });
    }
  });
});

test('POST /updates has a key, which is valid at this stage only', () => {
  expect(graph.get('aws:apigateway/usagePlan:UsagePlan').inputs).toMatchObject({
    apiStages: [{ apiId: API, stage: 'v1' }],
  });
  expect(graph.get('aws:apigateway/usagePlanKey:UsagePlanKey').inputs).toMatchObject({
    keyId: 'updates-key-id',
    keyType: 'API_KEY',
    usagePlanId: 'updates-plan-id',
  });
  expect(graph.get('aws:apigateway/apiKey:ApiKey').inputs).not.toHaveProperty('value');
  // The state holds the value of the key twice; @pulumi/aws itself encrypts only that of the ApiKey.
  for (const type of ['apiKey:ApiKey', 'usagePlanKey:UsagePlanKey']) {
    expect(graph.get(`aws:apigateway/${type}`).secretOutputs).toEqual(['value']);
  }
});

test('the intake has its own name, with TLS 1.2 and the same paths', async () => {
  const certificate = 'arn:aws:acm:us-west-1:123456789012:certificate/1234-abcd';
  const own = await graphOf({
    'leaderboard:intakeDomain': 'intake.example.com',
    'leaderboard:intakeCertificateArn': certificate,
  });
  expect(own.get('aws:apigateway/domainName:DomainName').inputs).toMatchObject({
    domainName: 'intake.example.com',
    regionalCertificateArn: certificate,
    securityPolicy: 'TLS_1_2',
    endpointConfiguration: { types: 'REGIONAL' },
  });
  expect(own.get('aws:apigateway/basePathMapping:BasePathMapping').inputs).toMatchObject({
    domainName: 'intake.example.com',
    restApi: API,
    stageName: 'v1',
    basePath: 'v1',
  });
  expect(own.outputs).toMatchObject({
    intake_domain_target: 'd-abcdef0123.execute-api.us-west-1.amazonaws.com',
  });
  expect(graph.ofType('aws:apigateway/domainName:DomainName')).toEqual([]);
});

test('the key is throttled below the stage, and has a quota', async () => {
  const plan = (g: typeof graph) => g.get('aws:apigateway/usagePlan:UsagePlan').inputs;
  expect(plan(graph)).toMatchObject({
    throttleSettings: { rateLimit: 500, burstLimit: 500 },
    quotaSettings: { limit: 5_000_000, period: 'DAY' },
  });
  const unlimited = await graphOf({ 'leaderboard:updatesKeyRequestsPerDay': 'none' });
  expect(plan(unlimited)).not.toHaveProperty('quotaSettings');
});

test('the outputs have their names and point at the resources', () => {
  const queues = 'https://sqs.us-west-1.amazonaws.com/123456789012';
  expect(graph.outputs).toMatchObject({
    api_endpoint: 'https://a1b2c3d4e5.execute-api.us-west-1.amazonaws.com/v1',
    validator_lambda_arn: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:webhook-validator-test`,
    router_lambda_arn: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:event-router-test`,
    payments_queue_url: `${queues}/payments-test`,
    refunds_queue_url: `${queues}/refunds-test`,
    disputes_queue_url: `${queues}/disputes-test`,
    transaction_events_table_name: 'transaction-events-test',
  });
});

test('the alarm of the API fires when more than 1 % of its responses are 5xx', () => {
  const metric = (metricName: string) => ({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensions: { ApiName: 'leaderboard-intake-test', Stage: 'v1' },
    stat: 'Sum',
    period: 300,
  });
  expect(
    graph.get('aws:cloudwatch/metricAlarm:MetricAlarm', 'leaderboard-intake-test-5xx').inputs,
  ).toMatchObject({
    metricQueries: [
      { id: 'errors', metric: metric('5XXError') },
      { id: 'total', metric: metric('Count') },
      { id: 'rate', returnData: true },
    ],
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 1,
  });
});
