import { describe, expect, test } from '@jest/globals';

import { SAMPLE_SECRET_ARN, SAMPLE_TOPIC_ARN } from '../testing/program.ts';
import { problemsOf, resolve } from '../testing/stack-config.ts';

describe('rejects values that contradict each other', () => {
  test.each([
    [{ processorTimeoutSeconds: '61' }, 'mainQueueVisibilityTimeoutSeconds is 60'],
    [{ processorMaximumConcurrency: '11' }, 'processorMaximumConcurrency is 11'],
    [{ occurredAtMaxPastDays: '60' }, 'occurredAtMaxPastDays is 60'],
  ])('%j', (values, problem) => {
    const stackConfig = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`leaderboard:${key}`, value]),
    );
    expect(problemsOf(stackConfig)).toEqual([expect.stringContaining(problem)]);
  });

  test('does not limit the maximum concurrency when none is reserved', () => {
    const stackConfig = {
      'leaderboard:processorReservedConcurrency': 'none',
      'leaderboard:processorMaximumConcurrency': '500',
    };
    expect(resolve(stackConfig).processorMaximumConcurrency).toBe(500);
  });
});

describe('the range of a capacity', () => {
  const range = {
    'leaderboard:capacityMinUpdatesPerSecond': '500',
    'leaderboard:capacityMaxUpdatesPerSecond': '100',
  };

  test('is refused where there is no capacity to set, key by key', () => {
    const remedy =
      'but capacity is on_demand, which has no limits to set: set capacity to provisioned, or remove the key';
    expect(problemsOf(range)).toEqual([
      `leaderboard:capacityMinUpdatesPerSecond is 500, ${remedy}`,
      `leaderboard:capacityMaxUpdatesPerSecond is 100, ${remedy}`,
    ]);
  });

  test('has a minimum of at most its maximum', () => {
    expect(problemsOf({ ...range, 'leaderboard:capacity': 'provisioned' })).toEqual([
      'leaderboard:capacityMinUpdatesPerSecond is 500; ' +
        'allowed: at most capacityMaxUpdatesPerSecond (100 updates a second)',
    ]);
  });
});

describe('a production stack', () => {
  const signed = { 'leaderboard:webhookSecretArn': SAMPLE_SECRET_ARN };
  const watched = { 'leaderboard:alarmTopicArn': SAMPLE_TOPIC_ARN };

  test.each(['prod', 'production', 'prod-eu'])(
    'such as %s needs a signature secret and an alarm topic before anything is created',
    (suffix) => {
      expect(problemsOf({}, { stack: suffix, suffix })).toEqual([
        expect.stringContaining('leaderboard:webhookSecretArn is not set'),
        expect.stringContaining('leaderboard:alarmTopicArn is not set'),
      ]);
      expect(problemsOf({ ...signed, ...watched }, { stack: suffix, suffix })).toEqual([]);
    },
  );

  test('needs them whatever its suffix', () => {
    expect(problemsOf({}, { stack: 'prod', suffix: 'live' })).toEqual([
      expect.stringContaining('environment "prod" takes signed webhooks only'),
      expect.stringContaining('the alarms of environment "prod"'),
    ]);
  });

  test('is named prod…: dev needs neither', () => {
    expect(problemsOf({}, { suffix: 'dev' })).toEqual([]);
  });

  test('has a key only where there is a secret', () => {
    const key = {
      'leaderboard:webhookSecretKeyArn':
        'arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    };
    expect(problemsOf({ ...key, ...signed })).toEqual([]);
    expect(problemsOf(key)).toEqual([
      expect.stringContaining('webhookSecretKeyArn is set, but webhookSecretArn is not'),
    ]);
  });

  test('needs the whole ARN of the secret', () => {
    expect(
      problemsOf(
        { 'leaderboard:webhookSecretArn': 'webhook-signature' },
        { stack: 'prod', suffix: 'prod' },
      ),
    ).toEqual([expect.stringContaining('the whole ARN of a secret')]);
  });
});

describe('a budget', () => {
  const budget = { 'leaderboard:monthlyBudgetDollars': '250' };
  const email = { 'leaderboard:budgetEmail': 'games@example.com' };

  test('needs both an amount and an address', () => {
    expect(problemsOf({ ...budget, ...email })).toEqual([]);
    expect(problemsOf(budget)).toEqual([
      'leaderboard:monthlyBudgetDollars is 250, but nobody is told: set budgetEmail too',
    ]);
    expect(problemsOf(email)).toEqual([
      'leaderboard:budgetEmail is "games@example.com", but there is no budget: set monthlyBudgetDollars too',
    ]);
  });
});

test('an account for the export of the ledger needs its bucket', () => {
  const owner = { 'leaderboard:ledgerExportBucketOwner': '210987654321' };
  expect(problemsOf({ ...owner, 'leaderboard:ledgerExportBucket': 'backups' })).toEqual([]);
  expect(problemsOf(owner)).toEqual([
    'leaderboard:ledgerExportBucketOwner is 210987654321, but nothing is exported: set ledgerExportBucket too',
  ]);
});

describe('the region', () => {
  const topic = {
    'leaderboard:alarmTopicArn': SAMPLE_TOPIC_ARN,
    'leaderboard:ticketTopicArn': SAMPLE_TOPIC_ARN,
  };
  const secret = { 'leaderboard:webhookSecretArn': SAMPLE_SECRET_ARN };

  test('of the alarm topics and of the secret is that of the stack', () => {
    expect(problemsOf({ ...topic, ...secret })).toEqual([]);
    expect(problemsOf({ ...topic, ...secret, 'aws:region': 'eu-west-1' })).toEqual([
      'leaderboard:alarmTopicArn is in us-west-1; allowed: the region of the stack (eu-west-1)',
      'leaderboard:ticketTopicArn is in us-west-1; allowed: the region of the stack (eu-west-1)',
      'leaderboard:webhookSecretArn is in us-west-1; allowed: the region of the stack (eu-west-1)',
    ]);
  });
});

describe('a domain of your own', () => {
  const certificate = (region: string) =>
    `arn:aws:acm:${region}:123456789012:certificate/1234-abcd`;
  const names = {
    'leaderboard:dashboardDomain': 'scores.example.com',
    'leaderboard:apiDomain': 'api.example.com',
    'leaderboard:intakeDomain': 'intake.example.com',
    'leaderboard:apiCache': 'cloudfront',
    'leaderboard:edgeCertificateArn': certificate('us-east-1'),
    'leaderboard:intakeCertificateArn': certificate('us-west-1'),
  };
  const without = (...keys: string[]) =>
    Object.fromEntries(Object.entries(names).filter(([key]) => !keys.includes(key)));

  test('needs a certificate, for CloudFront in us-east-1 and for the intake in the region of the stack', () => {
    expect(problemsOf(names)).toEqual([]);
    expect(
      problemsOf(without('leaderboard:edgeCertificateArn', 'leaderboard:intakeCertificateArn')),
    ).toEqual([
      expect.stringContaining('dashboardDomain is set, but edgeCertificateArn is not'),
      expect.stringContaining('apiDomain is set, but edgeCertificateArn is not'),
      expect.stringContaining('intakeDomain is set, but intakeCertificateArn is not'),
    ]);
    expect(
      problemsOf({ ...names, 'leaderboard:edgeCertificateArn': certificate('us-west-1') }),
    ).toEqual([expect.stringContaining('in us-east-1')]);
    expect(
      problemsOf({ ...names, 'leaderboard:intakeCertificateArn': certificate('us-east-1') }),
    ).toEqual([expect.stringContaining('intakeCertificateArn is in us-east-1')]);
  });

  test('needs what it names', () => {
    expect(problemsOf({ ...names, 'leaderboard:dashboard': 'none' })).toEqual([
      expect.stringContaining('dashboardDomain is set, but dashboard is none'),
    ]);
    expect(problemsOf(without('leaderboard:apiCache'))).toEqual([
      expect.stringContaining('apiDomain is set, but apiCache is none'),
    ]);
  });

  test.each(['Scores.example.com', 'https://scores.example.com', 'localhost', '-a.example.com'])(
    'is not %s',
    (name) => {
      expect(problemsOf({ ...names, 'leaderboard:dashboardDomain': name })).toEqual([
        expect.stringContaining('a DNS name in lower case'),
      ]);
    },
  );
});
