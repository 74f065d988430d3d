import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Runtime } from '@leaderboard/function';
import { documentClient, UNKNOWN_PLAYERS, type BoardSetIds } from '@leaderboard/tables';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardSets } from '../storage/board-sets.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { CompletenessRecord, readTableIds } from '../storage/completeness-record.ts';
import { Holes } from '../storage/holes.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { StandingsStore } from '../storage/standings-store.ts';
import {
  CheckpointError,
  CheckpointFile,
  newCheckpoint,
  type Checkpoint,
  type Counts,
} from './checkpoint.ts';
import { describeDifference } from './difference.ts';
import { progressDisplay } from './progress-display.ts';
import { RebuildTablesError, type RebuildTables } from './rebuild-tables.ts';
import { rebuild } from './rebuild.ts';
import { refoldHole } from './refold-hole.ts';
import { TableScanner } from './table-scanner.ts';

/** How often a wait checks whether the run was stopped, in ms. */
const WAIT_STEP_MS = 1_000;

export interface RebuildCommand extends Runtime {
  readonly dynamoDb: DynamoDBClient;
  readonly tables: RebuildTables;
  readonly isCheck: boolean;
  /** The run adds what the set that is being built has: the boards that are served stay complete. */
  readonly builds: boolean;
  /** Receives how far the run is. */
  readonly onProgress: (checkpoint: Checkpoint) => void;
  readonly segments: number;
  readonly settleMs: number;
  /** Path of the progress file; undefined for none. */
  readonly resume: string | undefined;
  /** Result and differences as JSON, one value a line. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** The id of this run. */
  readonly run: string;
  /** An id that no other call has returned: letters and digits. */
  readonly uniqueId: () => string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream;
}

/** Exit codes of the command. */
export const EXIT = { done: 0, differences: 1, stopped: 130 } as const;

/** Runs a rebuild and prints what it finds. @returns the exit code */
export async function runRebuild(command: RebuildCommand): Promise<number> {
  const { dynamoDb, tables, isCheck, json, stdout, resume, now } = command;
  const client = documentClient(dynamoDb);
  const record = new CompletenessRecord({ client, tableName: tables.standings, now });
  const sets = new BoardSets({ client, tableName: tables.standings, deployed: tables.deployed });
  const { folded: catalog, ids } = await sets.current(record);
  const identity = {
    ledger: tables.ledger,
    standings: tables.standings,
    definitions: catalog.hashes,
    mode: isCheck ? 'check' : 'write',
  } as const;
  const file = new CheckpointFile(resume, now);
  const loaded = await file.load(identity);
  const checkpoint = loaded ?? newCheckpoint(identity, command.segments, command.run);
  // A file that cannot be written must show before hours of work, not after them.
  await file.save(checkpoint);
  const scanner = new TableScanner({
    dynamoDb,
    client,
    ledgerTableName: tables.ledger,
    standingsTableName: tables.standings,
  });
  const display = progressDisplay({
    stream: command.stderr,
    expected: await scanner.countLedger(),
    now,
  });
  const print = (value: object, line: string) =>
    stdout.write(json ? `${JSON.stringify(value)}\n` : `${line}\n`);

  if (!isCheck) await requireOwnRanks(command, record);
  const begun = isCheck
    ? Promise.resolve()
    : begin(
        { record, checkpoint, catalog, ids, resumedFrom: loaded && resume },
        command,
        (line) => {
          display.line(line);
        },
      );
  const holes = new Holes({ ...command, client, tableName: tables.standings });
  /** A resumed run has folded players before it. */
  const holeOfUnknown =
    isCheck || loaded !== undefined ? undefined : await holes.of(UNKNOWN_PLAYERS);
  const folding = {
    ...command,
    catalog,
    holes,
    ledger: new LedgerReader({ client, tableName: tables.ledger }),
    store: new StandingsStore({
      ...command,
      client,
      tableName: tables.standings,
      ranksTableName: tables.ranks,
      changes: new ChangeRecorder({ ...command, client, tableName: tables.standings }),
      // The compactor's schedule finds boards with a long log.
      onLogged: () => Promise.resolve(),
    }),
  };
  const playerFailed = (playerId: string, error: unknown) => {
    display.line(`${playerId}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const rebuilding = begun.then(() =>
    rebuild({
      ...folding,
      checkpoint,
      scanner,
      observer: {
        progressed: (progress) => {
          display.update(progress);
          command.onProgress(progress);
          file.saveSoon(progress);
        },
        // Repairs are only counted: a rebuild of an empty table would print every item.
        differs: (difference) => {
          if (isCheck) print({ type: 'difference', ...difference }, describeDifference(difference));
        },
        playerFailed,
        ledgerHasHoles: (playerId, missing) => {
          display.line(`${playerId}: ${missing} updates of this player are missing in the ledger`);
        },
      },
    }),
  );
  const isComplete = await rebuilding.finally(async () => {
    display.stop();
    await file.save(checkpoint);
  });

  const { counts } = checkpoint;
  if (isComplete && !isCheck) {
    for (const hole of await holes.all()) {
      if (hole.player === UNKNOWN_PLAYERS) continue;
      await refoldHole(hole, folding).catch((error: unknown) => {
        playerFailed(hole.player, error);
      });
    }
    if (holeOfUnknown && counts.failedPlayers === 0) await holes.close(holeOfUnknown);
    await holes.endNote();
  }
  const isMarked =
    !isCheck &&
    isComplete &&
    counts.failedPlayers === 0 &&
    (await record.endRebuild(
      checkpoint.run,
      catalog.hashList,
      await readTableIds(dynamoDb, tables),
    ));
  print(
    { type: 'result', complete: isComplete, mode: identity.mode, ...counts },
    summary(counts, isCheck, isComplete, resume),
  );
  if (!isComplete) return EXIT.stopped;
  await file.remove();
  if (!isCheck && !isMarked) {
    display.line(
      'Reads stay inexact: players failed, another rebuild has begun, or projectors have started with other board definitions. Run the rebuild again.',
    );
  }
  const isWrong = isCheck ? counts.differences > 0 || counts.failedPlayers > 0 : !isMarked;
  return isWrong ? EXIT.differences : EXIT.done;
}

/**
 * Standings and ranks are written together. Where one of the tables was replaced without the other, a rebuild would find standings
 * that are right, and leave ranks that are not; or add every player to ranks that have them.
 *
 * @throws {RebuildTablesError}
 */
async function requireOwnRanks(
  { dynamoDb, tables }: RebuildCommand,
  record: CompletenessRecord,
): Promise<void> {
  const present = await record.read();
  const ids = await readTableIds(dynamoDb, tables);
  const { standings, ranks } = present?.tableIds ?? { standings: '', ranks: '' };
  const isNew =
    present === undefined &&
    (await isEmpty(dynamoDb, tables.standings)) &&
    !(await isEmpty(dynamoDb, tables.ranks));
  const isOneReplaced = ranks !== '' && (standings === ids.standings) !== (ranks === ids.ranks);
  if (!isNew && !isOneReplaced) return;
  throw new RebuildTablesError(
    `The table ${tables.ranks} does not belong to ${tables.standings}: one of them was replaced without the other. Both are derived from the ledger: delete both, create them again with infra:up, and run the rebuild.`,
  );
}

async function isEmpty(dynamoDb: DynamoDBClient, tableName: string): Promise<boolean> {
  const { Items = [] } = await dynamoDb.send(
    new ScanCommand({ TableName: tableName, Limit: 1, ConsistentRead: true }),
  );
  return Items.length === 0;
}

interface Beginning {
  readonly record: CompletenessRecord;
  readonly checkpoint: Checkpoint;
  readonly catalog: BoardCatalog;
  readonly ids: BoardSetIds;
  /** The progress file that the run continues. */
  readonly resumedFrom: string | undefined;
}

/**
 * Marks the standings as being rebuilt before anything is written, and waits until invocations of projectors with former
 * definitions have ended: they could still change what the rebuild has passed.
 *
 * @throws {CheckpointError} when the standings have been changed since the part of the run that is done
 */
async function begin(
  { record, checkpoint: { run }, catalog, ids, resumedFrom }: Beginning,
  { builds, signal, now, sleep }: RebuildCommand,
  print: (line: string) => void,
): Promise<void> {
  const present = resumedFrom === undefined ? undefined : await record.read();
  if (resumedFrom !== undefined && present?.rebuildRun !== run) {
    throw new CheckpointError(
      `The run in ${resumedFrom} cannot be continued: since then another rebuild has begun, or projectors have started with other board definitions. Remove the file to start again.`,
    );
  }
  const begun = () =>
    builds ? record.beginBuild(run, ids) : record.beginRebuild(run, catalog.hashList);
  const { settledAt } = present ?? (await begun());
  if (settledAt > now()) {
    print(
      `The projectors' board definitions have just changed; the rebuild begins at ${new Date(settledAt).toISOString()}.`,
    );
  }
  while (settledAt > now() && !signal.aborted) {
    await sleep(Math.min(WAIT_STEP_MS, settledAt - now()));
  }
}

function summary(
  { updates, players, differences, failedPlayers, missingUpdates }: Counts,
  isCheck: boolean,
  isComplete: boolean,
  resume: string | undefined,
): string {
  const found = isCheck ? 'differ' : 'written';
  const lines = [
    `${players} players, ${updates} updates: ${differences} items ${found}` +
      (failedPlayers > 0 ? `, ${failedPlayers} players failed` : '') +
      (missingUpdates > 0 ? `, ${missingUpdates} updates missing in the ledger` : ''),
  ];
  if (!isComplete) {
    lines.push(
      resume === undefined
        ? 'Stopped. With --resume <file> a run can be stopped and continued.'
        : `Stopped. The same command continues from ${resume}.`,
    );
  }
  return lines.join('\n');
}
