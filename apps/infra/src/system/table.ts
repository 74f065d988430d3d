import type { TableDefinition } from '@leaderboard/tables';

import { OnDemandTable } from '../components/on-demand-table.ts';
import type { StackScope } from './stack-scope.ts';

/** Declares a table of the system. */
export function declareTable(
  { config, named, tags, opts }: StackScope,
  definition: TableDefinition,
): OnDemandTable {
  return new OnDemandTable(
    definition.name,
    {
      name: named(definition.name),
      definition,
      managedKey: config.tableKey === 'aws-managed',
      protect: config.protectTables,
      adopt: config.adoptTables,
      tags,
    },
    opts,
  );
}
