import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { requirePhysicalName } from './physical-name.ts';

export interface TableKey {
  name: string;
  /** S = string, N = number, B = binary. */
  type: 'S' | 'N' | 'B';
}

/** A global secondary index. */
export interface TableIndex {
  name: string;
  partitionKey: TableKey;
  sortKey: TableKey;
  /** What an entry holds beside its keys and those of the table. */
  projection: 'KEYS_ONLY' | 'ALL';
}

export interface OnDemandTableArgs {
  /** Physical name. */
  name: string;
  partitionKey: TableKey;
  /** Without it an item is found by its partition key alone. */
  sortKey?: TableKey;
  indexes?: TableIndex[];
  /** What the table's stream carries; no stream without it. */
  stream?: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
  /** Attribute that holds when an item expires, in seconds since 1970. */
  expiryAttribute?: string;
  /** Refuse deletion, and leave the table in the account when the stack is destroyed. */
  protect: boolean;
  /** Take over the table of that name that is already in the account, in place of creating it. */
  adopt: boolean;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Longest name of a table (DynamoDB quotas: naming rules). */
const MAX_NAME_LENGTH = 255;

/** A DynamoDB table billed per request, encrypted, with point-in-time recovery. */
export class OnDemandTable extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;

  constructor(name: string, args: OnDemandTableArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const tableName = requirePhysicalName(args.name, 'table', MAX_NAME_LENGTH);
    super('leaderboard:infra:OnDemandTable', name, {}, opts);
    const { indexes = [], sortKey } = args;

    this.table = new aws.dynamodb.Table(
      `${name}-table`,
      {
        name: tableName,
        billingMode: 'PAY_PER_REQUEST',
        hashKey: args.partitionKey.name,
        ...(sortKey && { rangeKey: sortKey.name }),
        attributes: [args.partitionKey, ...(sortKey ? [sortKey] : []), ...indexKeys(indexes)],
        ...(indexes.length > 0 && {
          globalSecondaryIndexes: indexes.map((index) => ({
            name: index.name,
            hashKey: index.partitionKey.name,
            rangeKey: index.sortKey.name,
            projectionType: index.projection,
          })),
        }),
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true },
        deletionProtectionEnabled: args.protect,
        ...(args.stream && { streamEnabled: true, streamViewType: args.stream }),
        ...(args.expiryAttribute && {
          ttl: { attributeName: args.expiryAttribute, enabled: true },
        }),
        tags: args.tags,
      },
      { parent: this, retainOnDelete: args.protect, ...(args.adopt && { import: tableName }) },
    );

    this.registerOutputs({ tableName: this.table.name });
  }

  /** What a permission to read an index names. */
  indexArn(indexName: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.table.arn}/index/${indexName}`;
  }
}

/** Each key belongs to one index only: DynamoDB refuses an attribute that is declared twice. */
function indexKeys(indexes: readonly TableIndex[]): TableKey[] {
  return indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
}
