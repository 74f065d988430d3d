import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Announcer } from '../fold/announcer.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { CompletenessRecord, readTableIds } from '../fold/completeness-record.ts';
import { DynamoDbStandingsStore } from '../fold/dynamodb-standings-store.ts';
import { DynamoDbLedgerReader } from '../fold/ledger-reader.ts';
import {
  loadCheckpoint,
  newCheckpoint,
  removeCheckpoint,
  saveCheckpoint,
  type Checkpoint,
  type Counts,
} from './checkpoint.ts';
import { describeDifference } from './difference.ts';
import { progressDisplay } from './progress-display.ts';
import { RebuildMarks } from './rebuild-marks.ts';
import type { RebuildTables } from './rebuild-tables.ts';
import { rebuild } from './rebuild.ts';
import { TableScanner } from './table-scan.ts';

/** The file of progress is written at most this often (ms), and when the run ends. */
const SAVE_INTERVAL_MS = 2_000;

export interface RebuildCommand {
  readonly client: DynamoDBClient;
  readonly tables: RebuildTables;
  readonly isCheck: boolean;
  readonly segments: number;
  readonly settleMs: number;
  /** Path of the file of progress; undefined for none. */
  readonly resume: string | undefined;
  /** Result and differences as JSON, one value a line. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** Tells this run from others. */
  readonly run: string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream;
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Exit codes of the command. */
export const EXIT = { done: 0, differences: 1, stopped: 130 } as const;

/** Runs a rebuild and prints what it finds. @returns the exit code */
export async function runRebuild(command: RebuildCommand): Promise<number> {
  const { client, tables, isCheck, json, stdout, resume, now } = command;
  const catalog = new BoardCatalog(tables.definitions);
  const identity = {
    ledger: tables.ledger,
    standings: tables.standings,
    definitions: catalog.hashes,
    mode: isCheck ? 'check' : 'write',
  } as const;
  const loaded = resume === undefined ? undefined : await loadCheckpoint(resume, identity);
  const checkpoint = loaded ?? newCheckpoint(identity, command.segments, command.run);
  const save = savesTo(resume, now);
  // A file that cannot be written is told before hours of work, not after them.
  await save.now(checkpoint);
  const scanner = new TableScanner({
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

  const marks = new RebuildMarks({
    ...command,
    catalog,
    record: new CompletenessRecord({ client, tableName: tables.standings, now }),
    tableIds: () => readTableIds(client, tables),
    print: (line) => {
      display.line(line);
    },
  });
  const begun = isCheck ? Promise.resolve() : marks.begin(checkpoint, loaded && resume);
  const rebuilding = begun.then(() =>
    rebuild({
      ...command,
      catalog,
      checkpoint,
      scanner,
      ledger: new DynamoDbLedgerReader({ client, tableName: tables.ledger }),
      store: new DynamoDbStandingsStore({
        client,
        tableName: tables.standings,
        announcer: new Announcer({ client, tableName: tables.standings, now }),
        sleep: command.sleep,
      }),
      observer: {
        progressed: (progress) => {
          display.update(progress);
          save.soon(progress);
        },
        // Repairs are counted; a table that is written from nothing would print them all.
        differs: (difference) => {
          if (isCheck) print({ type: 'difference', ...difference }, describeDifference(difference));
        },
        playerFailed: (playerId, error) => {
          display.line(`${playerId}: ${error instanceof Error ? error.message : String(error)}`);
        },
        ledgerHasHoles: (playerId, missing) => {
          display.line(`${playerId}: the ledger lacks ${missing} of this player's updates`);
        },
      },
    }),
  );
  const isComplete = await rebuilding.finally(async () => {
    display.stop();
    await save.now(checkpoint);
  });

  const { counts } = checkpoint;
  const isMarked = !isCheck && isComplete && (await marks.end(checkpoint));
  print(
    { type: 'result', complete: isComplete, mode: identity.mode, ...counts },
    summary(counts, isCheck, isComplete, resume),
  );
  if (!isComplete) return EXIT.stopped;
  if (resume !== undefined) await removeCheckpoint(resume);
  if (!isCheck && !isMarked) {
    display.line(
      'Reads stay inexact: players failed, another rebuild has begun, or projectors came with other board definitions. Run the rebuild again.',
    );
  }
  const isWrong = isCheck ? counts.differences > 0 || counts.failedPlayers > 0 : !isMarked;
  return isWrong ? EXIT.differences : EXIT.done;
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
        : `Stopped. The same command goes on from ${resume}.`,
    );
  }
  return lines.join('\n');
}

function savesTo(path: string | undefined, now: () => number) {
  let savedAt = now();
  let saving: Promise<void> = Promise.resolve();
  const write = (checkpoint: Checkpoint) => {
    if (path === undefined) return saving;
    savedAt = now();
    // One after the other, so that an older state never replaces a newer one. One that failed holds up no later one.
    saving = saving.catch(() => undefined).then(() => saveCheckpoint(path, checkpoint));
    return saving;
  };
  return {
    soon: (checkpoint: Checkpoint) => {
      if (now() - savedAt >= SAVE_INTERVAL_MS) void write(checkpoint).catch(() => undefined);
    },
    now: write,
  };
}
