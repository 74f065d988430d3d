import type { TableDefinition } from '@leaderboard/tables';

import { TARGET_UTILIZATION, type TableCapacity } from '../components/dynamodb-table.ts';
import type { StackConfig } from '../config/stack-config.ts';
import measured from '../cost/measured-units.json' with { type: 'json' };

/**
 * What a table between queue and standings must carry for the updates a second of the configuration, as an update consumes it that
 * arrives alone: the most that one takes. undefined where tables are billed per request.
 */
export function capacityFor(
  { name }: TableDefinition,
  config: StackConfig,
): TableCapacity | undefined {
  if (config.capacity === 'on_demand') return undefined;
  const { writeUnitsPerUpdate, readUnitsPerUpdate } = measured.perUpdate.oneAtATime;
  const range = (unitsPerUpdate: number) => ({
    min: unitsFor(config.capacityMinUpdatesPerSecond, unitsPerUpdate),
    max: unitsFor(config.capacityMaxUpdatesPerSecond, unitsPerUpdate),
  });
  return {
    write: range(unitsOf(name, writeUnitsPerUpdate)),
    read: range(unitsOf(name, readUnitsPerUpdate)),
  };
}

/** A second, so that consumption stays at the target utilization. */
function unitsFor(updatesPerSecond: number, unitsPerUpdate: number): number {
  return Math.ceil((updatesPerSecond * unitsPerUpdate * 100) / TARGET_UTILIZATION);
}

/** At least 1: the ledger is read too, by players who look at their history and by the projector that closes a gap. */
function unitsOf(table: string, byTable: Readonly<Record<string, number>>): number {
  return byTable[table] ?? 1;
}
