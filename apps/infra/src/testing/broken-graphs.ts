import { TYPES } from '../graph/resource-types.ts';
import type { PolicyResource } from '../policy/resource.ts';

/** A way to break a rule, and what the rule then says of which resource. */
export interface BrokenGraph {
  how: string;
  breakIt: (real: readonly PolicyResource[]) => PolicyResource[];
  /** Logical name of the resource that is at fault. */
  culprit: string;
  /** A part of the message; a regular expression. */
  says: string;
}

const MAIN_QUEUE = 'leaderboard-updates-queue';
const DEAD_LETTER_QUEUE = 'leaderboard-updates-dlq';
const LEDGER = 'leaderboard-data-table';
const PROCESSOR = 'leaderboard-processor-function';
const MAPPING = 'updates-to-processor-mapping';
const PROCESSOR_ARN = 'arn:aws:lambda:us-west-1:123456789012:function:leaderboard-processor-dev';

/** For each rule, by its name: what breaks it. Tests only. */
export const BROKEN_GRAPHS: Readonly<Record<string, BrokenGraph[]>> = {
  'encryption-at-rest': [
    change(MAIN_QUEUE, { sqsManagedSseEnabled: false }, 'the queue is not encrypted'),
    change(LEDGER, { serverSideEncryption: undefined }, 'set serverSideEncryption'),
    add(TYPES.topic, {}, 'set kmsMasterKeyId'),
  ],
  'point-in-time-recovery': [
    change(LEDGER, { pointInTimeRecovery: { enabled: false } }, 'no point-in-time recovery'),
  ],
  'private-buckets': [
    add(TYPES.bucket, {}, 'no BucketPublicAccessBlock'),
    {
      ...add(TYPES.bucket, { id: 'page' }, 'leaves blockPublicPolicy off'),
      breakIt: (real) => [
        ...real,
        resource(TYPES.bucket, 'added', { id: 'page' }),
        resource(TYPES.publicAccessBlock, 'block', {
          bucket: 'page',
          blockPublicAcls: true,
          blockPublicPolicy: false,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        }),
      ],
    },
  ],
  'tls-only': [
    leaveOut('leaderboard-updates-queue-policy', MAIN_QUEUE, 'requests without TLS'),
    change(
      'leaderboard-updates-dlq-policy',
      { policy: allow({ sid: 'Everything', actions: ['sqs:SendMessage'], resources: ['*'] }) },
      'requests without TLS',
      DEAD_LETTER_QUEUE,
    ),
    add(TYPES.bucket, { id: 'page' }, 'requests without TLS'),
  ],
  'queue-has-dead-letter-queue': [
    add(TYPES.queue, { name: 'lonely', arn: 'arn:aws:sqs:us-west-1:1:lonely' }, 'nowhere to go'),
    add(TYPES.queue, { name: 'lonely', redrivePolicy: '' }, 'nowhere to go'),
  ],
  'dead-letter-queue-has-alarm': [
    leaveOut('leaderboard-updates-dlq-depth', DEAD_LETTER_QUEUE, 'nobody learns'),
    change(
      'leaderboard-updates-dlq-depth',
      { dimensions: { QueueName: 'leaderboard-updates-dev.fifo' } },
      'nobody learns',
      DEAD_LETTER_QUEUE,
    ),
  ],
  'asynchronous-delivery-has-dead-letter-queue': [
    add(TYPES.pipe, { sourceParameters: { dynamodbStreamParameters: {} } }, 'deadLetterConfig'),
    add(TYPES.schedule, { target: { arn: PROCESSOR_ARN } }, 'target.deadLetterConfig'),
    {
      how: 'a role that may invoke a function without a failure destination',
      breakIt: (real) => [
        ...real,
        resource(TYPES.rolePolicy, 'scheduler', {
          policy: allow({
            sid: 'Invoke',
            actions: ['lambda:InvokeFunction'],
            resources: [PROCESSOR_ARN],
          }),
        }),
      ],
      culprit: PROCESSOR,
      says: 'invoked asynchronously',
    },
  ],
  'queue-mapping-reports-failures': [
    change(MAPPING, { functionResponseTypes: [] }, 'add ReportBatchItemFailures'),
    change(MAPPING, { maximumBatchingWindowInSeconds: 5 }, 'no batching window'),
  ],
  'queue-mapping-limits-concurrency': [
    change(MAPPING, { scalingConfig: undefined }, 'set scalingConfig.maximumConcurrency'),
  ],
  'log-retention': [
    change('leaderboard-processor-logs', { retentionInDays: 0 }, 'never expire'),
    change(PROCESSOR, { loggingConfig: { logGroup: '/elsewhere' } }, '/elsewhere is not of this'),
    change(PROCESSOR, { loggingConfig: undefined, name: 'other' }, '/aws/lambda/other is not of'),
  ],
  'required-tags': [
    change(
      MAIN_QUEUE,
      { tags: { Purpose: 'Gaming-Leaderboard-System' } },
      'Environment is missing',
    ),
    change(LEDGER, { tags: { Environment: 'dev' } }, 'Purpose is missing'),
    change(LEDGER, { tags: { Environment: 'dev', Purpose: 'Game' } }, 'Purpose is "Game"'),
  ],
  'no-wildcard-permissions': [
    changePolicy(
      { sid: 'Any', actions: ['dynamodb:*'], resources: [PROCESSOR_ARN] },
      'each action',
    ),
    changePolicy({ sid: 'Any', actions: ['sqs:SendMessage'], resources: ['*'] }, 'or the reason'),
    changePolicy(
      {
        sid: 'Any',
        actions: ['dynamodb:Query'],
        resources: ['arn:aws:dynamodb:r:1:table/t/index/*'],
      },
      'Any allows on .*index',
    ),
    // A reason is for its own actions only.
    changePolicy(
      {
        sid: 'XRayHasNoResourceLevelPermissions',
        actions: ['xray:PutTraceSegments', 'sqs:SendMessage'],
        resources: ['*'],
      },
      'or the reason',
    ),
    change(
      'leaderboard-processor-policy',
      {
        policy:
          '{"Statement":[{"Sid":"Rest","Effect":"Allow","NotAction":"iam:*","Resource":"a"}]}',
      },
      'Rest allows all but',
    ),
    add(
      TYPES.policyAttachment,
      { policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
      "AWS's own policy",
    ),
  ],
  'no-public-access': [
    add(
      TYPES.permission,
      { principal: '*', action: 'lambda:InvokeFunction' },
      'everyone may invoke the function directly',
    ),
    change(
      'leaderboard-updates-queue-policy',
      {
        policy: JSON.stringify({
          Statement: [{ Sid: 'Open', Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sqs:*' }],
        }),
      },
      'Open allows everyone',
    ),
  ],
};

function resource(type: string, name: string, props: PolicyResource['props']): PolicyResource {
  return { type, name, props };
}

function change(
  name: string,
  patch: Record<string, unknown>,
  says: string,
  culprit = name,
): BrokenGraph {
  return {
    how: `${name} with ${JSON.stringify(patch, (_, value: unknown) => value ?? 'nothing')}`,
    breakIt: (real) =>
      real.map((r) => (r.name === name ? { ...r, props: { ...r.props, ...patch } } : r)),
    culprit,
    says,
  };
}

function changePolicy(permission: Permission, says: string): BrokenGraph {
  return change('leaderboard-processor-policy', { policy: allow(permission) }, says);
}

function leaveOut(name: string, culprit: string, says: string): BrokenGraph {
  return {
    how: `leaving out ${name}`,
    breakIt: (real) => real.filter((r) => r.name !== name),
    culprit,
    says,
  };
}

function add(type: string, props: PolicyResource['props'], says: string): BrokenGraph {
  return {
    how: `adding ${type} with ${JSON.stringify(props)}`,
    breakIt: (real) => [...real, resource(type, 'added', props)],
    culprit: 'added',
    says,
  };
}

interface Permission {
  sid: string;
  actions: string[];
  resources: string[];
}

function allow({ sid, actions, resources }: Permission): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: sid, Effect: 'Allow', Action: actions, Resource: resources }],
  });
}
