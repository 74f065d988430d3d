import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { type ConfigSources, resolveStackConfig } from '../config/stack-config.ts';
import {
  collectGraph,
  type DeclaredResource,
  type ResourceGraph,
} from '../graph/resource-graph.ts';
import { deploy } from '../program.ts';
import { sampleSite } from '../testing/sample-site.ts';
import { WORKSPACE_ROOT } from '../workspace.ts';

const QUEUE = 'aws:sqs/queue:Queue';
const TABLE = 'aws:dynamodb/table:Table';
const ALARM = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const FUNCTION = 'aws:lambda/function:Function';
const MAPPING = 'aws:lambda/eventSourceMapping:EventSourceMapping';
const PIPE = 'aws:pipes/pipe:Pipe';
const SCHEDULE = 'aws:scheduler/schedule:Schedule';
const OBJECT = 'aws:s3/bucketObjectv2:BucketObjectv2';
const ARN = 'us-west-1:123456789012';
const API_URL = 'https://leaderboard-api-url.lambda-url.us-west-1.on.aws';
const BUCKET = 'leaderboard-dashboard-test';

function graphOf(stackConfig: ConfigSources['stackConfig'] = {}): Promise<ResourceGraph> {
  const environment = { ENVIRONMENT_SUFFIX: 'test' };
  const config = resolveStackConfig({ stack: 'dev', stackConfig, environment });
  return collectGraph(() =>
    deploy(config, (app, name) => join(WORKSPACE_ROOT, app, name), sampleSite),
  );
}

/** Of the contract's schema, the fields that it names. */
interface StandingsEventSchema {
  properties: Record<string, unknown> & {
    dynamodb: { properties: { NewImage: { properties: Record<string, unknown> } } };
  };
}

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await graphOf();
});

describe('the pipe', () => {
  test("takes inserts of the ledger's stream to the standings queue, from the oldest on", () => {
    expect(graph.get(PIPE).inputs).toMatchObject({
      name: 'ledger-to-standings-test',
      source: `arn:aws:dynamodb:${ARN}:table/leaderboard-data-test/stream/2026-01-01T00:00:00.000`,
      sourceParameters: {
        filterCriteria: { filters: [{ pattern: '{"eventName":["INSERT"]}' }] },
        dynamodbStreamParameters: {
          startingPosition: 'TRIM_HORIZON',
          batchSize: 10,
          parallelizationFactor: 1,
        },
      },
      target: `arn:aws:sqs:${ARN}:standings-updates-test.fifo`,
      targetParameters: {
        sqsQueueParameters: {
          messageGroupId: '$.dynamodb.Keys.player_id.S',
          messageDeduplicationId: '$.eventID',
        },
      },
    });
  });

  test('sends what the standings event names, and nothing else of an item', () => {
    const { inputTemplate } = graph.get(PIPE).inputs['targetParameters'] as {
      inputTemplate: string;
    };
    const paths = [...inputTemplate.matchAll(/<(.*?)>/g)].map(([, path]) => path);
    const schema = JSON.parse(
      readFileSync(
        join(WORKSPACE_ROOT, 'libs/contracts/schemas/standings-event.schema.json'),
        'utf8',
      ),
    ) as StandingsEventSchema;
    const { dynamodb, ...texts } = schema.properties;
    expect(paths).toEqual([
      ...Object.keys(texts).map((name) => `$.${name}`),
      '$.dynamodb.Keys',
      ...Object.keys(dynamodb.properties.NewImage.properties).map(
        (name) => `$.dynamodb.NewImage.${name}`,
      ),
    ]);
    expect(Object.keys(dynamodb.properties)).toEqual(['Keys', 'NewImage']);
  });

  test('halves a failing batch, retries it so often, and keeps what it gives up on in a standard queue', () => {
    expect(graph.get(PIPE).inputs).toMatchObject({
      sourceParameters: {
        dynamodbStreamParameters: {
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          maximumRetryAttempts: 100,
          maximumRecordAgeInSeconds: 43_200,
          deadLetterConfig: { arn: `arn:aws:sqs:${ARN}:ledger-to-standings-dlq-test` },
        },
      },
    });
    const queue = graph.get(QUEUE, 'ledger-to-standings-dlq-test').inputs;
    expect(queue).toMatchObject({ messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true });
    expect(queue).not.toHaveProperty('fifoQueue');
  });

  test('may read the stream, and send to its target and its dead-letter queue, and nothing else', () => {
    expect(statementsOf('ledger-to-standings-test')).toEqual({
      ReadStream: {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        Resource: [
          `arn:aws:dynamodb:${ARN}:table/leaderboard-data-test/stream/2026-01-01T00:00:00.000`,
        ],
      },
      ListStreamsHasNoResourceLevelPermissions: {
        Effect: 'Allow',
        Action: ['dynamodb:ListStreams'],
        Resource: ['*'],
      },
      SendToTargetAndDeadLetters: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [
          `arn:aws:sqs:${ARN}:standings-updates-test.fifo`,
          `arn:aws:sqs:${ARN}:ledger-to-standings-dlq-test`,
        ],
      },
    });
    expect(trusted('ledger-to-standings-test')).toBe('pipes.amazonaws.com');
  });

  test('is created once its role is complete, and minutes after the stream, which Pipes does not see at once', () => {
    expect(graph.get(PIPE).dependsOn).toEqual([
      'aws:iam/rolePolicy:RolePolicy::ledger-to-standings-policy',
      'aws:cloudfront/distribution:Distribution::dashboard-distribution',
    ]);
  });
});

test('the standings queue hides an event 6 times as long as the projector may take, for 100 receives', async () => {
  const queue = graph.get(QUEUE, 'standings-updates-test.fifo');
  expect(queue.inputs).toMatchObject({
    fifoQueue: true,
    deduplicationScope: 'messageGroup',
    fifoThroughputLimit: 'perMessageGroupId',
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 345_600,
    visibilityTimeoutSeconds: 180,
  });
  expect(json(queue, 'redrivePolicy')).toEqual({
    deadLetterTargetArn: `arn:aws:sqs:${ARN}:standings-dlq-test.fifo`,
    maxReceiveCount: 100,
  });
  expect(graph.get(QUEUE, 'standings-dlq-test.fifo').inputs).toMatchObject({ fifoQueue: true });
  const faster = await graphOf({ 'leaderboard:projectorTimeoutSeconds': '5' });
  expect(faster.get(QUEUE, 'standings-updates-test.fifo').inputs).toMatchObject({
    visibilityTimeoutSeconds: 30,
  });
});

describe('the projector', () => {
  const NAME = 'standings-projector-test';

  test('is fed in batches of 10 by at most 10 instances, and reports single failures', () => {
    expect(graph.get(FUNCTION, NAME).inputs).toMatchObject({
      memorySize: 512,
      timeout: 30,
      reservedConcurrentExecutions: 10,
      code: { archive: 'standings/projector' },
    });
    expect(graph.get(MAPPING, 'standings-to-projector-mapping').inputs).toMatchObject({
      eventSourceArn: `arn:aws:sqs:${ARN}:standings-updates-test.fifo`,
      functionName: `arn:aws:lambda:${ARN}:function:${NAME}`,
      batchSize: 10,
      scalingConfig: { maximumConcurrency: 10 },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('is told its tables, queues and boards', () => {
    expect(variablesOf(NAME)).toEqual({
      NODE_OPTIONS: '--enable-source-maps',
      LEDGER_TABLE_NAME: 'leaderboard-data-test',
      STANDINGS_TABLE_NAME: 'standings-test',
      QUEUE_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-updates-test.fifo',
      DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-dlq-test.fifo',
      BOARD_DEFINITIONS: expect.stringMatching(/^\{"default_board":"GLOBAL","boards":\[/),
      POWERTOOLS_SERVICE_NAME: 'standings-projector',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard/test',
    });
  });

  test('may do what it uses', () => {
    expect(ownStatementsOf(NAME)).toEqual({
      ConsumeQueue: {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: [`arn:aws:sqs:${ARN}:standings-updates-test.fifo`],
      },
      RetrySoon: {
        Effect: 'Allow',
        Action: ['sqs:ChangeMessageVisibility'],
        Resource: [`arn:aws:sqs:${ARN}:standings-updates-test.fifo`],
      },
      SendDeadLetters: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [`arn:aws:sqs:${ARN}:standings-dlq-test.fifo`],
      },
      RefoldPlayers: {
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:GetItem'],
        Resource: [`arn:aws:dynamodb:${ARN}:table/leaderboard-data-test`],
      },
      CompareSmallLedger: {
        Effect: 'Allow',
        Action: ['dynamodb:Scan'],
        Resource: [`arn:aws:dynamodb:${ARN}:table/leaderboard-data-test`],
      },
      TellTablesApart: {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeTable'],
        Resource: ['leaderboard-data-test', 'standings-test'].map(
          (name) => `arn:aws:dynamodb:${ARN}:table/${name}`,
        ),
      },
      KeepStandings: {
        Effect: 'Allow',
        Action: [
          'dynamodb:BatchGetItem',
          'dynamodb:Query',
          'dynamodb:PutItem',
          'dynamodb:DeleteItem',
        ],
        Resource: [`arn:aws:dynamodb:${ARN}:table/standings-test`],
      },
    });
  });

  test('every function has the same boards', () => {
    const boards = ['standings-projector', 'standings-snapshotter', 'leaderboard-api'].map(
      (name) => variablesOf(`${name}-test`)['BOARD_DEFINITIONS'],
    );
    expect(new Set(boards).size).toBe(1);
  });
});

test('standings are keyed by player and board window, with an index in rank order of keys only', () => {
  expect(graph.get(TABLE, 'standings-test').inputs).toMatchObject({
    hashKey: 'player_id',
    rangeKey: 'board_window',
    attributes: [
      { name: 'player_id', type: 'S' },
      { name: 'board_window', type: 'S' },
      { name: 'rank_partition', type: 'S' },
      { name: 'rank_key', type: 'S' },
    ],
    globalSecondaryIndexes: [
      {
        name: 'by_rank',
        hashKey: 'rank_partition',
        rangeKey: 'rank_key',
        projectionType: 'KEYS_ONLY',
      },
    ],
    billingMode: 'PAY_PER_REQUEST',
    ttl: { attributeName: 'expires_at', enabled: true },
  });
});

describe('the snapshotter', () => {
  const NAME = 'standings-snapshotter-test';

  test('runs every minute, one run at a time', () => {
    expect(graph.get(SCHEDULE, 'standings-snapshot-test').inputs).toMatchObject({
      name: 'standings-snapshot-test',
      groupName: 'leaderboard-test',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: `arn:aws:lambda:${ARN}:function:${NAME}`,
        roleArn: 'arn:aws:iam::123456789012:role/standings-snapshot-test',
        input: '{}',
      },
    });
    expect(graph.get(FUNCTION, NAME).inputs).toMatchObject({
      timeout: 60,
      reservedConcurrentExecutions: 1,
      code: { archive: 'standings/snapshotter' },
    });
  });

  test('runs as often as the stack says', async () => {
    const rare = await graphOf({ 'leaderboard:snapshotEveryMinutes': '5' });
    expect(rare.get(SCHEDULE, 'standings-snapshot-test').inputs).toMatchObject({
      scheduleExpression: 'rate(5 minutes)',
    });
  });

  test('leaves runs that do not start or that fail in a dead-letter queue', () => {
    const deadLetters = `arn:aws:sqs:${ARN}:standings-snapshotter-dlq-test`;
    expect(graph.get(SCHEDULE, 'standings-snapshot-test').inputs['target']).toMatchObject({
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 },
      deadLetterConfig: { arn: deadLetters },
    });
    const invocation = graph.get(
      'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
      'standings-snapshot-invocation',
    );
    expect(invocation.inputs).toMatchObject({
      functionName: NAME,
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
      destinationConfig: { onFailure: { destination: deadLetters } },
    });
    expect(statementsOf('standings-snapshot-test')).toEqual({
      StartRun: {
        Effect: 'Allow',
        Action: ['lambda:InvokeFunction'],
        Resource: [`arn:aws:lambda:${ARN}:function:${NAME}`],
      },
      KeepUndeliveredRuns: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [deadLetters],
      },
    });
    expect(trusted('standings-snapshot-test')).toBe('scheduler.amazonaws.com');
  });

  test('takes the top 100, keeps dated snapshots 30 days, and may do what it uses', () => {
    expect(variablesOf(NAME)).toMatchObject({
      STANDINGS_TABLE_NAME: 'standings-test',
      SNAPSHOTS_TABLE_NAME: 'leaderboard-snapshots-test',
      SNAPSHOT_SIZE: '100',
      SNAPSHOT_TTL_DAYS: '30',
    });
    expect(ownStatementsOf(NAME)).toEqual({
      ReadBoards: {
        Effect: 'Allow',
        Action: ['dynamodb:Query'],
        Resource: [
          `arn:aws:dynamodb:${ARN}:table/standings-test`,
          `arn:aws:dynamodb:${ARN}:table/standings-test/index/by_rank`,
        ],
      },
      ReadStandingsAndKeepTotals: {
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
        Resource: [`arn:aws:dynamodb:${ARN}:table/standings-test`],
      },
      KeepSnapshots: {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: [`arn:aws:dynamodb:${ARN}:table/leaderboard-snapshots-test`],
      },
      KeepFailedRuns: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [`arn:aws:sqs:${ARN}:standings-snapshotter-dlq-test`],
      },
    });
  });
});

test('snapshots are keyed by leaderboard and time, and dated ones expire', () => {
  expect(graph.get(TABLE, 'leaderboard-snapshots-test').inputs).toMatchObject({
    hashKey: 'leaderboard_id',
    rangeKey: 'as_of',
    attributes: [
      { name: 'leaderboard_id', type: 'S' },
      { name: 'as_of', type: 'S' },
    ],
    ttl: { attributeName: 'expires_at', enabled: true },
  });
});

describe('the read API', () => {
  const NAME = 'leaderboard-api-test';

  test('is public by its URL, which takes both permissions', () => {
    expect(graph.get('aws:lambda/functionUrl:FunctionUrl').inputs).toMatchObject({
      functionName: NAME,
      authorizationType: 'NONE',
    });
    const permissions = graph
      .ofType('aws:lambda/permission:Permission')
      .map((permission) => permission.inputs)
      .filter((inputs) => inputs['function'] === NAME);
    expect(permissions).toHaveLength(2);
    expect(permissions).toContainEqual(
      expect.objectContaining({
        action: 'lambda:InvokeFunctionUrl',
        function: NAME,
        principal: '*',
        functionUrlAuthType: 'NONE',
      }),
    );
    expect(permissions).toContainEqual(
      expect.objectContaining({
        action: 'lambda:InvokeFunction',
        function: NAME,
        principal: '*',
        invokedViaFunctionUrl: true,
      }),
    );
  });

  test('may be read by the page of the dashboard, and by no other', () => {
    expect(graph.get('aws:lambda/functionUrl:FunctionUrl').inputs['cors']).toEqual({
      allowOrigins: ['https://d111111abcdef8.cloudfront.net'],
      allowMethods: ['GET', 'HEAD'],
      allowHeaders: ['if-none-match'],
      exposeHeaders: ['etag', 'retry-after'],
      maxAge: 3600,
    });
  });

  test('has its cost capped by its concurrency', () => {
    expect(graph.get(FUNCTION, NAME).inputs).toMatchObject({
      timeout: 10,
      reservedConcurrentExecutions: 20,
      code: { archive: 'leaderboard-api/leaderboard-api' },
    });
  });

  test('is told what it reads, and may only read', () => {
    expect(variablesOf(NAME)).toMatchObject({
      STANDINGS_TABLE_NAME: 'standings-test',
      RANK_INDEX_NAME: 'by_rank',
      LEDGER_TABLE_NAME: 'leaderboard-data-test',
      SNAPSHOTS_TABLE_NAME: 'leaderboard-snapshots-test',
      STANDINGS_QUEUE_URL:
        'https://sqs.us-west-1.amazonaws.com/123456789012/standings-updates-test.fifo',
      STANDINGS_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-dlq-test.fifo',
      PIPE_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/ledger-to-standings-dlq-test',
      POWERTOOLS_SERVICE_NAME: 'leaderboard-api',
    });
    const table = `arn:aws:dynamodb:${ARN}:table`;
    expect(ownStatementsOf(NAME)).toEqual({
      ReadStandings: {
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:Query'],
        Resource: [`${table}/standings-test`],
      },
      ReadRanks: {
        Effect: 'Allow',
        Action: ['dynamodb:Query'],
        Resource: [`${table}/standings-test/index/by_rank`],
      },
      ReadSnapshots: {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:Query'],
        Resource: [`${table}/leaderboard-snapshots-test`],
      },
      ReadHistory: {
        Effect: 'Allow',
        Action: ['dynamodb:Query'],
        Resource: [`${table}/leaderboard-data-test`],
      },
      TellTablesApart: {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeTable'],
        Resource: [`${table}/leaderboard-data-test`, `${table}/standings-test`],
      },
      MeasureLag: {
        Effect: 'Allow',
        Action: ['sqs:GetQueueAttributes'],
        Resource: [
          'standings-updates-test.fifo',
          'standings-dlq-test.fifo',
          'ledger-to-standings-dlq-test',
        ].map((name) => `arn:aws:sqs:${ARN}:${name}`),
      },
    });
  });
});

describe('the dashboard', () => {
  test('is in a private bucket that only its distribution reads, over TLS', () => {
    expect(
      graph.get('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock').inputs,
    ).toMatchObject({
      bucket: BUCKET,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(json(graph.get('aws:s3/bucketPolicy:BucketPolicy'), 'policy')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'ReadByDistribution',
          Effect: 'Allow',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${BUCKET}/*`,
          Condition: {
            StringEquals: {
              'AWS:SourceArn': 'arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE',
            },
          },
        },
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  test('is served over https with origin access control', () => {
    expect(graph.get('aws:cloudfront/distribution:Distribution').inputs).toMatchObject({
      defaultRootObject: 'index.html',
      origins: [
        {
          domainName: `${BUCKET}.s3.us-west-1.amazonaws.com`,
          originAccessControlId: 'dashboard-access-id',
        },
      ],
      defaultCacheBehavior: {
        viewerProtocolPolicy: 'redirect-to-https',
        responseHeadersPolicyId: 'dashboard-headers-id',
        allowedMethods: ['GET', 'HEAD'],
      },
    });
    expect(
      graph.get('aws:cloudfront/originAccessControl:OriginAccessControl').inputs,
    ).toMatchObject({
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    });
  });

  test('is sent with security headers', () => {
    const headers = graph.get('aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy');
    expect(headers.inputs['securityHeadersConfig']).toMatchObject({
      contentSecurityPolicy: {
        contentSecurityPolicy: expect.stringMatching(
          /script-src 'self';.*object-src 'none';.*frame-ancestors 'none'/,
        ),
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: 'DENY', override: true },
      referrerPolicy: { referrerPolicy: 'no-referrer', override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: 63_072_000, override: true },
    });
  });

  test('is told the address of the API, and may connect to it and to nothing else', () => {
    expect(JSON.parse(String(object('config.json').inputs['content']))).toEqual({
      api_url: `${API_URL}/`,
    });
    expect(object('index.html').inputs['content']).toContain(
      `connect-src &#39;self&#39; ${API_URL}; base-uri`,
    );
  });

  test.each([
    ['index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['config.json', 'application/json', 'no-cache'],
    [
      'assets/index-1a2b3c4d.js',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    ['favicon.svg', 'image/svg+xml', 'public, max-age=3600'],
  ])('%s is sent as %s, %s', (key, contentType, cacheControl) => {
    expect(object(key).inputs).toMatchObject({ bucket: BUCKET, contentType, cacheControl });
  });

  test('index.html comes last: what it names must be there', () => {
    expect([...object('index.html').dependsOn].sort()).toEqual([
      `${OBJECT}::dashboard/assets/index-1a2b3c4d.js`,
      `${OBJECT}::dashboard/config.json`,
      `${OBJECT}::dashboard/favicon.svg`,
    ]);
  });
});

describe('alarms', () => {
  test.each([
    ['standings-updates-test-age', 'ApproximateAgeOfOldestMessage', 'Maximum', 300],
    ['standings-dlq-test-depth', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1],
    ['ledger-to-standings-dlq-test-depth', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1],
    ['standings-snapshotter-dlq-test-depth', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1],
    ['ledger-to-standings-test-failures', 'ExecutionFailed', 'Sum', 1],
    ['standings-projector-test-errors', 'Errors', 'Sum', 1],
    ['standings-projector-test-lag', 'StandingsLag', 'Maximum', 300_000],
    ['standings-snapshotter-test-errors', 'Errors', 'Sum', 1],
    ['leaderboard-api-test-errors', 'Errors', 'Sum', 1],
    ['leaderboard-api-test-throttles', 'Throttles', 'Sum', 1],
    ['leaderboard-api-test-url-errors', 'Url5xxCount', 'Sum', 5],
  ])('%s watches %s', (name, metricName, statistic, threshold) => {
    expect(graph.get(ALARM, name).inputs).toMatchObject({
      metricName,
      statistic,
      threshold,
      period: 300,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test('a pipe that stands still while the ledger is written is noticed, for want of an iterator age', () => {
    expect(graph.get(ALARM, 'ledger-to-standings-test-stalled').inputs).toMatchObject({
      metricQueries: [
        {
          id: 'writes',
          metric: {
            metricName: 'ConsumedWriteCapacityUnits',
            dimensions: { TableName: 'leaderboard-data-test' },
          },
        },
        {
          id: 'runs',
          metric: {
            namespace: 'AWS/EventBridge/Pipes',
            metricName: 'Invocations',
            dimensions: { PipeName: 'ledger-to-standings-test' },
          },
        },
        { expression: 'IF(FILL(writes, 0) > 0 AND FILL(runs, 0) == 0, 1, 0)', returnData: true },
      ],
      threshold: 1,
      evaluationPeriods: 2,
    });
  });

  test('the lag is that of the projector of this stack', () => {
    expect(graph.get(ALARM, 'standings-projector-test-lag').inputs).toMatchObject({
      namespace: 'Leaderboard/test',
      dimensions: { service: 'standings-projector' },
    });
  });

  test.each(['standings-projector', 'standings-snapshotter', 'leaderboard-api'])(
    '%s writes to a log group of its own that keeps 7 days',
    (name) => {
      const logGroup = `/aws/lambda/${name}-test`;
      expect(graph.get(FUNCTION, `${name}-test`).inputs['loggingConfig']).toMatchObject({
        logGroup,
      });
      expect(graph.get('aws:cloudwatch/logGroup:LogGroup', logGroup).inputs).toMatchObject({
        retentionInDays: 7,
      });
    },
  );
});

function json(resource: DeclaredResource, property: string): unknown {
  return JSON.parse(String(resource.inputs[property]));
}

function object(key: string): DeclaredResource {
  return graph.get(OBJECT, `dashboard/${key}`);
}

function variablesOf(functionName: string): Record<string, string> {
  const { environment } = graph.get(FUNCTION, functionName).inputs;
  return (environment as { variables: Record<string, string> }).variables;
}

/** All statements of a role by their ids. */
function statementsOf(role: string): Record<string, unknown> {
  return Object.fromEntries(
    graph
      .ofType('aws:iam/rolePolicy:RolePolicy')
      .filter((policy) => policy.inputs['role'] === role)
      .flatMap((policy) => (json(policy, 'policy') as { Statement: { Sid: string }[] }).Statement)
      .map(({ Sid, ...rest }) => [Sid, rest]),
  );
}

/** Those of a function's role beside its logs and traces, which every function has. */
function ownStatementsOf(functionName: string): Record<string, unknown> {
  const { WriteOwnLogs, XRayHasNoResourceLevelPermissions, ...own } = statementsOf(functionName);
  expect(WriteOwnLogs).toBeDefined();
  expect(XRayHasNoResourceLevelPermissions).toBeDefined();
  return own;
}

function trusted(role: string): unknown {
  const trust = json(graph.get('aws:iam/role:Role', role), 'assumeRolePolicy');
  return (trust as { Statement: { Principal: { Service: string } }[] }).Statement[0]?.Principal
    .Service;
}
