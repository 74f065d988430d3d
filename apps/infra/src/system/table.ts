import { OnDemandTable, type OnDemandTableArgs } from '../components/on-demand-table.ts';
import type { StackScope } from './stack-scope.ts';

/** Declares a table of the system. */
export function declareTable(
  { config, named, tags, opts }: StackScope,
  name: string,
  definition: Omit<OnDemandTableArgs, 'name' | 'protect' | 'adopt' | 'tags'>,
): OnDemandTable {
  return new OnDemandTable(
    name,
    {
      ...definition,
      name: named(name),
      protect: config.protectTables,
      adopt: config.adoptTables,
      tags,
    },
    opts,
  );
}
