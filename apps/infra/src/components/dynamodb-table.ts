import type { IndexDefinition, KeyAttribute, TableDefinition } from '@leaderboard/tables';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, thresholdAlarm } from './alarm.ts';
import { requirePhysicalName } from './physical-name.ts';

/** Units a second between which a capacity scales. */
export interface CapacityRange {
  min: number;
  max: number;
}

export interface TableCapacity {
  write: CapacityRange;
  read: CapacityRange;
}

/** Share of the capacity, in percent, that consumption is kept at: the rest is for what comes before it has scaled. */
export const TARGET_UTILIZATION = 70;

export interface DynamoDbTableArgs {
  /** Physical name. */
  name: string;
  /** Keys, indexes, stream and expiry. */
  definition: TableDefinition;
  /** What the table can write and read a second, at least and at most; undefined for a table that is billed per request. */
  capacity: TableCapacity | undefined;
  /** Encrypt with the key `aws/dynamodb` of the account, which KMS bills, in place of one that AWS owns. */
  managedKey: boolean;
  /** Protect the table from deletion, and keep it in the account when the stack is destroyed. */
  protect: boolean;
  /** Import the table of that name that already exists in the account, in place of creating it. */
  adopt: boolean;
  /** Tags of the table itself, beside the others. */
  tableTags?: Record<string, string>;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A DynamoDB table, encrypted, with point-in-time recovery, and alarms on throttles. It is billed per request, or has a capacity that
 * scales.
 */
export class DynamoDbTable extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;

  constructor(name: string, args: DynamoDbTableArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const tableName = requirePhysicalName(args.name, 'table');
    // The name of the type is older than the choice of capacity. It is part of the URN of every deployed table, so it stays.
    super('leaderboard:infra:OnDemandTable', name, {}, opts);
    const { partitionKey, sortKey, indexes = [], stream, expiryAttribute } = args.definition;

    this.table = new aws.dynamodb.Table(
      `${name}-table`,
      {
        name: tableName,
        ...(args.capacity === undefined
          ? { billingMode: 'PAY_PER_REQUEST' }
          : {
              billingMode: 'PROVISIONED',
              writeCapacity: args.capacity.write.min,
              readCapacity: args.capacity.read.min,
            }),
        hashKey: partitionKey.name,
        ...(sortKey && { rangeKey: sortKey.name }),
        attributes: [partitionKey, ...(sortKey ? [sortKey] : []), ...indexKeys(indexes)],
        ...(indexes.length > 0 && {
          globalSecondaryIndexes: indexes.map((index) => ({
            name: index.name,
            // Deprecated in favour of keySchemas; but the provider has deleted and rebuilt deployed indexes whose keys were moved there.
            hashKey: index.partitionKey.name,
            rangeKey: index.sortKey.name,
            projectionType: index.projection,
          })),
        }),
        pointInTimeRecovery: { enabled: true },
        // DynamoDB encrypts every table: false means with a key that AWS owns.
        serverSideEncryption: { enabled: args.managedKey },
        deletionProtectionEnabled: args.protect,
        ...(stream && { streamEnabled: true, streamViewType: stream }),
        ...(expiryAttribute && { ttl: { attributeName: expiryAttribute, enabled: true } }),
        tags: pulumi.output(args.tags).apply((tags) => ({ ...tags, ...args.tableTags })),
      },
      {
        parent: this,
        protect: args.protect,
        retainOnDelete: args.protect,
        ...(args.adopt && { import: tableName }),
        // Auto scaling moves them.
        ...(args.capacity && { ignoreChanges: ['writeCapacity', 'readCapacity'] }),
      },
    );
    if (args.capacity) {
      this.#scale(name, 'Write', args.capacity.write, args.tags);
      this.#scale(name, 'Read', args.capacity.read, args.tags);
    }

    for (const operation of ['Write', 'Read'] as const) this.#watchThrottles(name, operation, args);

    this.registerOutputs({ tableName: this.table.name });
  }

  #watchThrottles(name: string, operation: 'Write' | 'Read', args: DynamoDbTableArgs): void {
    const suffix = `${operation.toLowerCase()}-throttles`;
    thresholdAlarm(
      `${name}-${suffix}`,
      {
        name: `${args.name}-${suffix}`,
        description: `DynamoDB throttles ${operation.toLowerCase()}s of ${args.name}: a key is hot, or the table is new, at its capacity or at its quota.`,
        severity: 'ticket',
        namespace: 'AWS/DynamoDB',
        metricName: `${operation}ThrottleEvents`,
        dimensions: { TableName: this.table.name },
        statistic: 'Sum',
        threshold: 1,
        settings: args.alarms,
        tags: args.tags,
      },
      { parent: this },
    );
  }

  #scale(
    name: string,
    operation: 'Write' | 'Read',
    { min, max }: CapacityRange,
    tags: DynamoDbTableArgs['tags'],
  ): void {
    const id = `${name}-${operation.toLowerCase()}-capacity`;
    const target = new aws.appautoscaling.Target(
      id,
      {
        serviceNamespace: 'dynamodb',
        resourceId: pulumi.interpolate`table/${this.table.name}`,
        scalableDimension: `dynamodb:table:${operation}CapacityUnits`,
        minCapacity: min,
        maxCapacity: max,
        tags,
      },
      { parent: this },
    );
    new aws.appautoscaling.Policy(
      id,
      {
        name: pulumi.interpolate`${this.table.name}-${operation.toLowerCase()}`,
        policyType: 'TargetTrackingScaling',
        serviceNamespace: target.serviceNamespace,
        resourceId: target.resourceId,
        scalableDimension: target.scalableDimension,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: `DynamoDB${operation}CapacityUtilization`,
          },
          targetValue: TARGET_UTILIZATION,
        },
      },
      { parent: this },
    );
  }

  /** The resource of a permission to read an index. */
  indexArn(index: IndexDefinition): pulumi.Output<string> {
    return pulumi.interpolate`${this.table.arn}/index/${index.name}`;
  }
}

/** Each key belongs to one index only: DynamoDB rejects an attribute that is declared twice. */
function indexKeys(indexes: readonly IndexDefinition[]): KeyAttribute[] {
  return indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
}
