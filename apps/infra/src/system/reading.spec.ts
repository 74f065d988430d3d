import { describe, expect, test } from '@jest/globals';

import type { DeclaredResource } from '../graph/resource-graph.ts';
import { TYPES } from '../graph/resource-types.ts';
import {
  graphOf,
  jsonOf,
  ownStatementsOf,
  QUEUE_URLS,
  readRanksStatements,
  REGION_AND_ACCOUNT,
  variablesOf,
} from '../testing/program.ts';

const OBJECT = 'aws:s3/bucketObjectv2:BucketObjectv2';
const API_URL = 'https://leaderboard-api-url.lambda-url.us-west-1.on.aws';
const BUCKET = 'leaderboard-dashboard-test';

const graph = await graphOf();

describe('the read API', () => {
  const NAME = 'leaderboard-api-test';

  test('is public through its URL, which needs both permissions', () => {
    expect(graph.get('aws:lambda/functionUrl:FunctionUrl').inputs).toMatchObject({
      functionName: NAME,
      authorizationType: 'NONE',
    });
    const permissions = graph
      .ofType(TYPES.permission)
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

  test('can be called by the page of the dashboard, and by no other page', () => {
    expect(graph.get('aws:lambda/functionUrl:FunctionUrl').inputs['cors']).toEqual({
      allowOrigins: ['https://d111111abcdef8.cloudfront.net'],
      allowMethods: ['GET', 'HEAD'],
      allowHeaders: ['if-none-match'],
      exposeHeaders: ['etag', 'retry-after', 'leaderboard-as-of', 'leaderboard-lag-ms'],
      maxAge: 3600,
    });
  });

  test('has a reserved concurrency, which caps its cost', () => {
    expect(graph.get(TYPES.function, NAME).inputs).toMatchObject({
      timeout: 10,
      reservedConcurrentExecutions: 20,
      code: { archive: 'leaderboard-api/leaderboard-api' },
    });
  });

  test('knows what it reads, and may only read', () => {
    expect(variablesOf(graph, NAME)).toMatchObject({
      STANDINGS_TABLE_NAME: 'standings-test',
      RANKS_TABLE_NAME: 'leaderboard-ranks-test',
      RANK_RUNS_BUCKET_NAME: 'rank-runs-test',
      LEDGER_TABLE_NAME: 'leaderboard-data-test',
      SNAPSHOTS_TABLE_NAME: 'leaderboard-snapshots-test',
      STANDINGS_QUEUE_URL: `${QUEUE_URLS}/standings-updates-test.fifo`,
      PIPE_DLQ_URL: `${QUEUE_URLS}/ledger-to-standings-dlq-test`,
      POWERTOOLS_SERVICE_NAME: 'leaderboard-api',
    });
    const table = `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table`;
    expect(ownStatementsOf(graph, NAME)).toEqual({
      ReadStandings: {
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        Resource: [`${table}/standings-test`],
      },
      ...readRanksStatements('rank-runs-test'),
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
        Resource: ['leaderboard-data-test', 'standings-test', 'leaderboard-ranks-test'].map(
          (name) => `${table}/${name}`,
        ),
      },
      MeasureLag: {
        Effect: 'Allow',
        Action: ['sqs:GetQueueAttributes'],
        Resource: ['standings-updates-test.fifo', 'ledger-to-standings-dlq-test'].map(
          (name) => `arn:aws:sqs:${REGION_AND_ACCOUNT}:${name}`,
        ),
      },
    });
  });
});

describe('the dashboard', () => {
  test('is in a private bucket that only its distribution reads, over TLS', () => {
    expect(graph.get(TYPES.publicAccessBlock, 'dashboard-private').inputs).toMatchObject({
      bucket: BUCKET,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(jsonOf(graph.get(TYPES.bucketPolicy, 'dashboard-bucket-policy'), 'policy')).toEqual({
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

  test('knows the URL of the API, and may connect to nothing else', () => {
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

  test('index.html is uploaded last, after the files that it names', () => {
    expect([...object('index.html').dependsOn].sort()).toEqual([
      `${OBJECT}::dashboard/assets/index-1a2b3c4d.js`,
      `${OBJECT}::dashboard/config.json`,
      `${OBJECT}::dashboard/favicon.svg`,
    ]);
  });
});

test('without a dashboard there is no distribution, and no page of another origin may read the API', async () => {
  const pageless = await graphOf({ 'leaderboard:dashboard': 'none' });
  expect(pageless.resources.filter(({ type }) => type.startsWith('aws:cloudfront/'))).toEqual([]);
  expect(pageless.ofType(OBJECT)).toEqual([]);
  const url = pageless.get('aws:lambda/functionUrl:FunctionUrl').inputs;
  expect(url).not.toHaveProperty('cors');
  expect(pageless.outputs).toMatchObject({ leaderboard_url: `${API_URL}/` });
  expect(pageless.outputs['dashboard_url']).toBeUndefined();
  expect(pageless.get(TYPES.pipe).inputs).toMatchObject({ name: 'ledger-to-standings-test' });
});

describe('the shared cache of the read API', () => {
  const DISTRIBUTION = 'aws:cloudfront/distribution:Distribution';
  const NAME = 'leaderboard-api-cache-distribution';

  test('is off by default', () => {
    expect(graph.ofType(DISTRIBUTION)).toHaveLength(1);
    expect(graph.outputs['leaderboard_cached_url']).toBeUndefined();
  });

  test('caches by path and query for as long as Cache-Control says, and no server error', async () => {
    const cached = await graphOf({ 'leaderboard:apiCache': 'cloudfront' });
    expect(cached.get('aws:cloudfront/cachePolicy:CachePolicy').inputs).toMatchObject({
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: 3600,
      parametersInCacheKeyAndForwardedToOrigin: {
        queryStringsConfig: { queryStringBehavior: 'all' },
        headersConfig: { headerBehavior: 'none' },
        cookiesConfig: { cookieBehavior: 'none' },
      },
    });
    expect(cached.get(DISTRIBUTION, NAME).inputs).toMatchObject({
      origins: [
        {
          domainName: 'leaderboard-api-url.lambda-url.us-west-1.on.aws',
          customOriginConfig: {
            originProtocolPolicy: 'https-only',
            originSslProtocols: ['TLSv1.2'],
          },
        },
      ],
      defaultCacheBehavior: {
        cachePolicyId: 'leaderboard-api-cache-caching-id',
        cachedMethods: ['GET', 'HEAD'],
        viewerProtocolPolicy: 'redirect-to-https',
      },
      customErrorResponses: [500, 502, 503, 504].map((errorCode) => ({
        errorCode,
        errorCachingMinTtl: 0,
      })),
    });
  });

  test('may be read by the page, whoever asked first, and the page reads it', async () => {
    const cached = await graphOf({ 'leaderboard:apiCache': 'cloudfront' });
    const headers = cached.get(
      'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy',
      'leaderboard-api-cache-headers',
    );
    expect(headers.inputs['corsConfig']).toMatchObject({
      accessControlAllowOrigins: { items: ['https://d111111abcdef8.cloudfront.net'] },
      accessControlAllowCredentials: false,
      originOverride: true,
    });
    const url = 'https://d222222abcdef8.cloudfront.net/';
    expect(cached.outputs).toMatchObject({
      leaderboard_url: `${API_URL}/`,
      leaderboard_cached_url: url,
    });
    const config = cached.get(OBJECT, 'dashboard/config.json').inputs['content'];
    expect(JSON.parse(String(config))).toEqual({ api_url: url });
  });

  test('and the page have their own names, with TLS 1.2', async () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/1234-abcd';
    const own = await graphOf({
      'leaderboard:apiCache': 'cloudfront',
      'leaderboard:dashboardDomain': 'scores.example.com',
      'leaderboard:apiDomain': 'api.example.com',
      'leaderboard:edgeCertificateArn': certificate,
    });
    for (const [name, alias] of [
      ['dashboard-distribution', 'scores.example.com'],
      [NAME, 'api.example.com'],
    ] as const) {
      expect(own.get(DISTRIBUTION, name).inputs).toMatchObject({
        aliases: [alias],
        viewerCertificate: {
          acmCertificateArn: certificate,
          sslSupportMethod: 'sni-only',
          minimumProtocolVersion: 'TLSv1.2_2021',
        },
      });
    }
    expect(own.get('aws:lambda/functionUrl:FunctionUrl').inputs['cors']).toMatchObject({
      allowOrigins: ['https://d111111abcdef8.cloudfront.net', 'https://scores.example.com'],
    });
  });
});

function object(key: string): DeclaredResource {
  return graph.get(OBJECT, `dashboard/${key}`);
}
