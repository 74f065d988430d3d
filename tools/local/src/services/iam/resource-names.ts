import { createHash } from 'node:crypto';

import { arn } from '../../shared/arn.ts';
import type { ResourceNames } from './operations/operation.ts';

/** Partition keys of a table and of its indexes, by name. */
export interface TableKeys {
  readonly partitionKey: string;
  readonly indexes: ReadonlyMap<string, string>;
}

/** The names of the running stack. Tables and streams are added as they are created. */
export class StackResourceNames implements ResourceNames {
  readonly #region: string;
  readonly #tables = new Map<string, TableKeys>();
  readonly #streams = new Map<string, { streamArn: string; engineArn: string }>();

  constructor(region: string) {
    this.#region = region;
  }

  addTable(name: string, keys: TableKeys): void {
    this.#tables.set(name, keys);
  }

  addStream(table: string, streamArn: string, engineArn: string): void {
    this.#streams.set(table, { streamArn, engineArn });
  }

  arn(service: string, resource: string): string {
    return arn(service, this.#region, resource);
  }

  /** Shard iterators are opaque to callers; those of the engines name the table, in JSON or in a stream's ARN. */
  streamArn(reference: string): string | undefined {
    const text = reference.startsWith('arn:')
      ? reference
      : `${reference}\n${Buffer.from(reference, 'base64').toString('latin1')}`;
    const [, inArn, inJson] =
      /:table\/([\w.-]+)\/stream\/|"table_name":"([\w.-]+)"/.exec(text) ?? [];
    const stream = this.#streams.get(inArn ?? inJson ?? '');
    const isOther =
      reference.startsWith('arn:') &&
      reference !== stream?.streamArn &&
      reference !== stream?.engineArn;
    return isOther ? undefined : stream?.streamArn;
  }

  partitionKey(table: string, index?: string): string | undefined {
    const keys = this.#tables.get(table);
    return index === undefined ? keys?.partitionKey : keys?.indexes.get(index);
  }

  /** Secrets Manager adds six characters to a secret's name in its ARN. */
  secretArn(id: string): string {
    if (id.startsWith('arn:')) return id;
    const suffix = createHash('sha256').update(id).digest('hex').slice(0, 6);
    return this.arn('secretsmanager', `secret:${id}-${suffix}`);
  }
}
