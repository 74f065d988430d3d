import type { TableDefinition } from '@leaderboard/tables';

import { DynamoDbTable, type TableCapacity } from '../components/dynamodb-table.ts';
import type { StackScope } from './stack-scope.ts';

/**
 * Declares a table of the system.
 *
 * @param own what only this table has: a capacity where it is not billed per request, further tags
 */
export function declareTable(
  { config, named, alarms, tags, opts }: StackScope,
  definition: TableDefinition,
  own: { capacity?: TableCapacity | undefined; tableTags?: Record<string, string> } = {},
): DynamoDbTable {
  return new DynamoDbTable(
    definition.name,
    {
      name: named(definition.name),
      definition,
      capacity: own.capacity,
      ...(own.tableTags && { tableTags: own.tableTags }),
      managedKey: config.tableKey === 'aws-managed',
      protect: config.protectTables,
      adopt: config.adoptTables,
      alarms,
      tags,
    },
    opts,
  );
}
