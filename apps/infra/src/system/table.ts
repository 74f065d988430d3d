import type { TableDefinition } from '@leaderboard/tables';

import { DynamoDbTable, type TableCapacity } from '../components/dynamodb-table.ts';
import type { StackScope } from './stack-scope.ts';

/**
 * Declares a table of the system.
 *
 * @param capacity for a table that is not billed per request
 */
export function declareTable(
  { config, named, tags, opts }: StackScope,
  definition: TableDefinition,
  capacity?: TableCapacity,
): DynamoDbTable {
  return new DynamoDbTable(
    definition.name,
    {
      name: named(definition.name),
      definition,
      capacity,
      managedKey: config.tableKey === 'aws-managed',
      protect: config.protectTables,
      adopt: config.adoptTables,
      tags,
    },
    opts,
  );
}
