import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { uniqueId } from '@leaderboard/function';
import {
  documentClient,
  fromAttributes,
  HOLES_NOTE_KEY,
  standingsSortKey,
  toHolesNote,
  type Hole,
} from '@leaderboard/tables';
import { Holes } from '../storage/holes.ts';
import type { TestStandings } from './use-standings.ts';

/** The holes of a test's standings. @param dynamoDb if left out, a client that no test watches */
export function holesOf(
  { client, tables }: TestStandings,
  now: () => number = Date.now,
  dynamoDb: DynamoDBClient = client,
): Holes {
  return new Holes({
    client: documentClient(dynamoDb),
    tableName: tables.standings,
    now,
    uniqueId,
  });
}

/** @returns when reads may be exact again (ms since the epoch): undefined while there are holes, 0 if there never was one */
export async function inexactUntil(standings: TestStandings): Promise<number | undefined> {
  const key = String(HOLES_NOTE_KEY['board_window']);
  const items = (await standings.items()).map(fromAttributes);
  const item = items.find((each) => standingsSortKey(each) === key);
  return item === undefined ? 0 : toHolesNote(item).until;
}

/** @returns versions of the holes, by player */
export async function openHoles(
  standings: TestStandings,
): Promise<Record<string, Hole['version'] | 'unknown'>> {
  const holes = await holesOf(standings).all();
  return Object.fromEntries(holes.map(({ player, version }) => [player, version ?? 'unknown']));
}
