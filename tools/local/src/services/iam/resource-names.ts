import { createHash } from 'node:crypto';

import { arn } from '../../shared/arn.ts';
import type { TableCatalog } from '../dynamodb/table-catalog.ts';

/** How the names in a request become the ARNs in a policy. */
export class ResourceNames {
  readonly #region: string;
  readonly tables: TableCatalog;

  constructor(region: string, tables: TableCatalog) {
    this.#region = region;
    this.tables = tables;
  }

  /** ARN of a resource of this account, for example of `table/leaderboard-data-dev` of `dynamodb`. */
  arn(service: string, resource: string): string {
    return arn(service, this.#region, resource);
  }

  /** ARN of a secret by its name or its ARN. Secrets Manager adds six characters to a secret's name in its ARN. */
  secretArn(id: string): string {
    if (id.startsWith('arn:')) return id;
    const suffix = createHash('sha256').update(id).digest('hex').slice(0, 6);
    return this.arn('secretsmanager', `secret:${id}-${suffix}`);
  }
}
