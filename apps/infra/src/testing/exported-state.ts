import { TYPES } from '../graph/resource-types.ts';

export interface SampleState {
  /** @default 'dev' */
  suffix?: string;
  /** @default '123456789012' */
  accountId?: string;
  /** Whether Pulumi refuses to delete the table and the queue. @default false */
  isProtected?: boolean;
  /** Physical names of tables that an interrupted run was creating. */
  creating?: readonly string[];
}

const REGION = 'us-west-1';

/** What `pulumi stack export` prints for a stack with a ledger and a main queue. */
export function exportedState({
  suffix = 'dev',
  accountId = '123456789012',
  isProtected = false,
  creating = [],
}: SampleState = {}): string {
  const resource = (type: string, name: string, service: string, url?: string) => ({
    urn: `urn:pulumi:dev::leaderboard::${type}::${name}`,
    custom: true,
    type,
    inputs: { name, tags: { Environment: suffix, Purpose: 'Gaming-Leaderboard-System' } },
    outputs: { name, arn: `arn:aws:${service}:${REGION}:${accountId}:${name}`, url },
    ...(isProtected && { protect: true }),
  });
  const ledger = `leaderboard-data-${suffix}`;
  const queue = `leaderboard-updates-${suffix}.fifo`;
  const queueUrl = `https://sqs.${REGION}.amazonaws.com/${accountId}/${queue}`;
  return JSON.stringify({
    version: 3,
    deployment: {
      manifest: {},
      resources: [
        {
          urn: 'urn:pulumi:dev::leaderboard::pulumi:providers:aws::aws',
          type: 'pulumi:providers:aws',
          inputs: { region: REGION },
        },
        resource(TYPES.table, ledger, 'dynamodb'),
        resource(TYPES.queue, queue, 'sqs', queueUrl),
      ],
      pending_operations: creating.map((name) => ({
        resource: resource(TYPES.table, name, 'dynamodb'),
        type: 'creating',
      })),
    },
  });
}
