import { describe, expect, test } from '@jest/globals';

import { problemsOf, resolve } from '../testing/stack-config.ts';

test('an empty configuration of the stack dev has the default of every setting', () => {
  expect(resolve()).toEqual({
    environmentSuffix: 'dev',
    region: 'us-west-1',
    stack: 'dev',
    interimApiDeployment: false,
    stateLocation: undefined,
    mainQueueRetentionSeconds: 345_600,
    mainQueueVisibilityTimeoutSeconds: 60,
    maxReceiveCount: 3,
    dlqRetentionSeconds: 1_209_600,
    dlqVisibilityTimeoutSeconds: 300,
    processorMemoryMegabytes: 512,
    processorTimeoutSeconds: 30,
    processorReservedConcurrency: 10,
    processorMaximumConcurrency: 10,
    processorBatchSize: 10,
    processorLogLevel: 'INFO',
    capacity: 'on_demand',
    capacityMinUpdatesPerSecond: 10,
    capacityMaxUpdatesPerSecond: 1000,
    markerTtlDays: 60,
    occurredAtMaxPastDays: 35,
    logRetentionDays: 7,
    tracing: 'active',
    alarms: 'all',
    alarmPeriodSeconds: 300,
    dlqDepthAlarmThreshold: 10,
    messageAgeAlarmSeconds: 300,
    deadLetterAgeAlarmSeconds: 604_800,
    updateErrorAlarmThreshold: 10,
    boardDefinitionsFile: 'libs/ranking/boards.json',
    pipeBatchSize: 10,
    pipeParallelizationFactor: 1,
    pipeMaximumRetryAttempts: 100,
    pipeMaximumRecordAgeSeconds: 43_200,
    standingsQueueRetentionSeconds: 345_600,
    standingsMaxReceiveCount: 100,
    projectorMemoryMegabytes: 512,
    projectorTimeoutSeconds: 30,
    projectorReservedConcurrency: 10,
    projectorMaximumConcurrency: 10,
    projectorBatchSize: 10,
    standingsLogLevel: 'INFO',
    compactorMemoryMegabytes: 1024,
    compactorTimeoutSeconds: 300,
    compactorReservedConcurrency: 10,
    compactorRunRetries: 1,
    compactorRunAgeSeconds: 300,
    rankLogAlarmItems: 2_000,
    rankLogAlarmAgeSeconds: 1_800,
    auditEveryMinutes: 1,
    auditorMemoryMegabytes: 512,
    auditorTimeoutSeconds: 60,
    auditorReservedConcurrency: 1,
    holesAlarmCount: 1,
    snapshotEveryMinutes: 1,
    snapshotterMemoryMegabytes: 512,
    snapshotterTimeoutSeconds: 60,
    snapshotterReservedConcurrency: 1,
    snapshotterRunRetries: 0,
    snapshotterRunAgeSeconds: 60,
    scheduleDeliveryRetries: 3,
    scheduleDeliveryAgeSeconds: 60,
    snapshotSize: 100,
    snapshotTtlDays: 30,
    apiMemoryMegabytes: 512,
    apiTimeoutSeconds: 10,
    apiReservedConcurrency: 20,
    apiLogLevel: 'INFO',
    apiServerErrorAlarmThreshold: 5,
    corsMaxAgeSeconds: 3600,
    dashboard: 'cloudfront',
    dashboardPriceClass: 'PriceClass_100',
    webhookSecretArn: undefined,
    intakeThrottleRate: 1000,
    intakeThrottleBurst: 1000,
    manageApiGatewayAccount: true,
    webhookSecretKeyArn: undefined,
    permissionsBoundaryArn: undefined,
    updatesKeyThrottleRate: 500,
    updatesKeyThrottleBurst: 500,
    updatesKeyRequestsPerDay: 5_000_000,
    apiCache: 'none',
    dashboardDomain: undefined,
    apiDomain: undefined,
    edgeCertificateArn: undefined,
    intakeDomain: undefined,
    intakeCertificateArn: undefined,
    validatorMemoryMegabytes: 256,
    validatorTimeoutSeconds: 30,
    validatorReservedConcurrency: 10,
    routerMemoryMegabytes: 256,
    routerTimeoutSeconds: 60,
    routerReservedConcurrency: 10,
    routerRetryAttempts: 2,
    sweepMemoryMegabytes: 256,
    sweepTimeoutSeconds: 50,
    sweepReservedConcurrency: 1,
    sweepMinAgeSeconds: 360,
    updatesMemoryMegabytes: 256,
    updatesTimeoutSeconds: 29,
    updatesReservedConcurrency: 10,
    intakeLogLevel: 'INFO',
    intakeLogRetentionDays: 30,
    webhookEventTtlDays: 30,
    idempotencyTtlDays: 61,
    webhookQueueRetentionSeconds: 604_800,
    webhookQueueVisibilityTimeoutSeconds: 300,
    webhookMaxReceiveCount: 3,
    webhookDlqDepthAlarmThreshold: 1,
    webhookMessageAgeAlarmSeconds: 600,
    intakeErrorRateAlarmPercent: 1,
    intakeLatencyAlarmMilliseconds: 3000,
    apiLatencyAlarmMilliseconds: 1000,
    standingsDlqDepthAlarmThreshold: 1,
    standingsLagAlarmSeconds: 300,
    alarmTopicArn: undefined,
    ticketTopicArn: undefined,
    monthlyBudgetDollars: undefined,
    budgetEmail: undefined,
    allowedAccountIds: [],
    tableKey: 'aws-owned',
    protectTables: false,
    ledgerExportBucket: undefined,
    ledgerExportBucketOwner: undefined,
    adoptTables: false,
  });
});

describe('the environment suffix', () => {
  const configured = { 'leaderboard:environmentSuffix': 'blue' };

  test('comes from ENVIRONMENT_SUFFIX first', () => {
    expect(resolve(configured, { suffix: 'pr-7' }).environmentSuffix).toBe('pr-7');
  });

  test('comes from the stack configuration next, also when ENVIRONMENT_SUFFIX is empty', () => {
    expect(resolve(configured).environmentSuffix).toBe('blue');
    expect(resolve(configured, { suffix: '' }).environmentSuffix).toBe('blue');
  });

  test('falls back to dev only on a stack named dev', () => {
    expect(resolve({}).environmentSuffix).toBe('dev');
    const [problem] = problemsOf({}, { stack: 'prod' });
    expect(problem).toContain('no environment suffix for stack "prod"');
    expect(problem).toContain(
      'pulumi config set leaderboard:environmentSuffix <suffix> --stack prod',
    );
  });

  test.each(['Prod', 'a_b', '-a', 'a-', '1a', 'a'.repeat(21), 'a b'])('rejects "%s"', (suffix) => {
    expect(problemsOf({}, { suffix })).toEqual([
      expect.stringContaining(`ENVIRONMENT_SUFFIX is "${suffix}"; allowed: 1 to 20 lower case`),
    ]);
  });

  test.each(['a', 'staging', 'pr-1234', 'a'.repeat(20)])('accepts "%s"', (suffix) => {
    expect(resolve({}, { suffix }).environmentSuffix).toBe(suffix);
  });
});

test('the region is aws:region, by default us-west-1', () => {
  expect(resolve().region).toBe('us-west-1');
  expect(resolve({ 'aws:region': 'eu-central-1' }).region).toBe('eu-central-1');
  expect(problemsOf({ 'aws:region': 'Frankfurt' })).toEqual([
    'aws:region is "Frankfurt"; allowed: an AWS region such as us-west-1',
  ]);
});

describe('a value', () => {
  test.each([
    ['maxReceiveCount', '5', 5],
    ['processorReservedConcurrency', 'none', 'none'],
    ['processorReservedConcurrency', '20', 20],
    ['processorLogLevel', 'DEBUG', 'DEBUG'],
    ['logRetentionDays', '30', 30],
    ['alarmPeriodSeconds', '60', 60],
    ['protectTables', 'true', true],
    ['allowedAccountIds', '123456789012, 210987654321', ['123456789012', '210987654321']],
    ['boardDefinitionsFile', 'boards/season-2.json', 'boards/season-2.json'],
    [
      'alarmTopicArn',
      'arn:aws:sns:us-west-1:123456789012:pager',
      'arn:aws:sns:us-west-1:123456789012:pager',
    ],
  ])('%s = %s is used', (key, text, value) => {
    expect(resolve({ [`leaderboard:${key}`]: text })).toMatchObject({ [key]: value });
  });

  test.each([
    ['maxReceiveCount', '0', '1 to 1000 receives'],
    ['maxReceiveCount', '1001', '1 to 1000 receives'],
    ['maxReceiveCount', '3.5', '1 to 1000 receives'],
    ['maxReceiveCount', '', '1 to 1000 receives'],
    ['mainQueueRetentionSeconds', '4 days', '60 to 1209600 s'],
    ['processorBatchSize', '11', '1 to 10 records'],
    ['processorMaximumConcurrency', '1', '2 to 1000 instances'],
    ['processorReservedConcurrency', 'None', '2 to 1000 instances, or none'],
    ['processorLogLevel', 'info', 'one of TRACE, DEBUG, INFO, WARN, ERROR, CRITICAL, SILENT'],
    ['alarmPeriodSeconds', '90', '60 to 86400 s, a multiple of 60'],
    ['protectTables', 'yes', 'true or false'],
    ['monthlyBudgetDollars', '0', '1 to 10000000 US dollars a month'],
    ['alarms', 'few', 'one of all, minimal'],
    [
      'allowedAccountIds',
      '1.23e+11',
      'ids of AWS accounts of 12 digits, separated by commas; quote a single one',
    ],
    [
      'boardDefinitionsFile',
      'boards',
      "the path of a JSON file, from the repository's root or absolute",
    ],
    ['pipeBatchSize', '11', '1 to 10 records'],
    ['standingsMaxReceiveCount', '9', '10 to 1000 receives'],
    ['projectorTimeoutSeconds', '61', '1 to 60 s'],
    ['alarmTopicArn', 'pager', 'the ARN of an SNS topic'],
    ['markerTtlDays', '59', '60 to 3650 days'],
    // The maximum of a mapping is at least two.
    ['processorReservedConcurrency', '1', '2 to 1000 instances, or none'],
    ['projectorReservedConcurrency', '1', '2 to 1000 instances, or none'],
    // Also the maximum age of the router's invocation, which Lambda limits to 6 hours.
    ['sweepMinAgeSeconds', '21601', '1 to 21600 s'],
    ['updatesTimeoutSeconds', '25', '26 to 29 s'],
  ])('%s = "%s" is an error with key, value and range', (key, text, allowed) => {
    expect(problemsOf({ [`leaderboard:${key}`]: text })).toEqual([
      `leaderboard:${key} is "${text}"; allowed: ${allowed}`,
    ]);
  });
});

test('rejects an unknown key: a misspelled one would leave the default in force', () => {
  const [problem] = problemsOf({ 'leaderboard:maxRecieveCount': '5' });
  expect(problem).toContain('leaderboard:maxRecieveCount is not a setting');
  expect(problem).toContain('maxReceiveCount');
  expect(problemsOf({ 'aws:profile': 'game' })).toEqual([
    expect.stringMatching(
      /^aws:profile is not read .* allowed under aws: aws:region .*AWS_PROFILE/,
    ),
  ]);
  expect(problemsOf({ 'other:key': 'x' })).toEqual([]);
});

test('names every problem', () => {
  const broken = { 'leaderboard:maxReceiveCount': '0', 'leaderboard:protectTables': 'maybe' };
  expect(problemsOf(broken, { stack: 'prod' })).toHaveLength(3);
});

test('tables are protected everywhere but in dev, unless the stack says otherwise', () => {
  expect(resolve({}, { suffix: 'staging', stack: 'staging' }).protectTables).toBe(true);
  expect(resolve({}, { suffix: 'dev', stack: 'dev' }).protectTables).toBe(false);
  const off = { 'leaderboard:protectTables': 'false' };
  expect(resolve(off, { suffix: 'pr-7' }).protectTables).toBe(false);
});
