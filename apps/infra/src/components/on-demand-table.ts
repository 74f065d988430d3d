import type { IndexDefinition, KeyAttribute, TableDefinition } from '@leaderboard/tables';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { requirePhysicalName } from './physical-name.ts';

export interface OnDemandTableArgs {
  /** Physical name. */
  name: string;
  /** Keys, indexes, stream and expiry. */
  definition: TableDefinition;
  /** Encrypt with the key `aws/dynamodb` of the account, which KMS bills, in place of one that AWS owns. */
  managedKey: boolean;
  /** Protect the table from deletion, and keep it in the account when the stack is destroyed. */
  protect: boolean;
  /** Import the table of that name that already exists in the account, in place of creating it. */
  adopt: boolean;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A DynamoDB table billed per request, encrypted, with point-in-time recovery. */
export class OnDemandTable extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;

  constructor(name: string, args: OnDemandTableArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const tableName = requirePhysicalName(args.name, 'table');
    super('leaderboard:infra:OnDemandTable', name, {}, opts);
    const { partitionKey, sortKey, indexes = [], stream, expiryAttribute } = args.definition;

    this.table = new aws.dynamodb.Table(
      `${name}-table`,
      {
        name: tableName,
        billingMode: 'PAY_PER_REQUEST',
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
        tags: args.tags,
      },
      {
        parent: this,
        protect: args.protect,
        retainOnDelete: args.protect,
        ...(args.adopt && { import: tableName }),
      },
    );

    this.registerOutputs({ tableName: this.table.name });
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
