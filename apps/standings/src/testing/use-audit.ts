import { beforeEach } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { uniqueId } from '@leaderboard/function';
import {
  documentClient,
  processedEventKey,
  toHeadItem,
  UNKNOWN_PLAYERS,
  type LedgerUpdate,
} from '@leaderboard/tables';
import { AuditPositionStore } from '../audit/audit-position-store.ts';
import { runAudit, type AuditResult } from '../audit/audit-run.ts';
import { HeadsReader } from '../audit/heads-reader.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { Holes } from '../storage/holes.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import type { RequestLog } from './request-log.ts';
import { inexactUntil, openHoles } from './standings-holes.ts';
import { START_MS, type Score } from './test-ledger.ts';
import { DEFAULT_BOARDS } from './test-projector.ts';
import { useStandings, type TestStandings } from './use-standings.ts';

/** The auditor on the tables of one test, an hour after their ledger was written. */
export class TestAudit {
  readonly standings: TestStandings;
  /** Its clock, in ms. */
  clock = 0;
  /** Dead letters of the pipe. */
  pipeDeadLetters = 0;
  /** Players that it reported as behind, and holes that it could not close. */
  behind: string[] = [];
  stays: string[] = [];
  /** Time that its invocations have left, in ms. */
  remainingMs: () => number = () => 60_000;
  /** In the place of the reader of heads. */
  heads: Pick<HeadsReader, 'page'> | undefined;
  /** Watches the requests of its next run. */
  onRun: (log: RequestLog) => void = () => undefined;

  constructor(standings: TestStandings) {
    this.standings = standings;
  }

  reset(): void {
    this.clock = START_MS + 3_600_000;
    this.pipeDeadLetters = 0;
    this.behind = [];
    this.stays = [];
    this.remainingMs = () => 60_000;
    this.heads = undefined;
    this.onRun = () => undefined;
  }

  /** Writes updates into ledger and head, whose events are lost. */
  async lose(playerId: string, ...scores: Score[]): Promise<LedgerUpdate[]> {
    const updates = await this.standings.ledger.add(playerId, ...scores);
    const last = updates.at(-1);
    if (last) await this.putHead(playerId, last);
    return updates;
  }

  async putHead(
    playerId: string,
    { version, timestamp }: Pick<LedgerUpdate, 'version' | 'timestamp'>,
  ): Promise<void> {
    await this.#put(toHeadItem(playerId, { version, timestamp, lastSettled: undefined }));
  }

  /** Fills the table of processed events with what is not a head. */
  async putMarkers(playerId: string, count: number): Promise<void> {
    const ids = Array.from({ length: count }, (_, index) => `event-${index}`);
    await Promise.all(ids.map((id) => this.#put(processedEventKey(playerId, id))));
  }

  async #put(Item: Record<string, unknown>): Promise<void> {
    const { client, tables } = this.standings;
    await documentClient(client).send(new PutCommand({ TableName: tables.processedEvents, Item }));
  }

  /** One run, by a process of its own. */
  async run(): Promise<AuditResult> {
    const { tables } = this.standings;
    const { client: dynamoDb, log } = this.standings.watch();
    this.onRun(log);
    const client = documentClient(dynamoDb);
    const now = () => this.clock;
    const runtime = { now, random: () => 0, sleep: () => Promise.resolve() };
    return runAudit({
      ...runtime,
      boards: async () => new BoardCatalog(DEFAULT_BOARDS),
      store: this.standings.store({ ...runtime, client }),
      ledger: new LedgerReader({ client, tableName: tables.ledger }),
      holes: new Holes({ client, tableName: tables.standings, now, uniqueId }),
      heads:
        this.heads ??
        new HeadsReader({
          ...runtime,
          client,
          processedEventsTableName: tables.processedEvents,
          standingsTableName: tables.standings,
        }),
      positions: new AuditPositionStore(client, tables.standings),
      pipeDeadLetters: {
        take: async (noted) => {
          const taken = this.pipeDeadLetters;
          if (taken > 0) await noted([{ messageId: 'letter', what: {} }]);
          this.pipeDeadLetters = 0;
          return taken;
        },
      },
      observer: {
        pipeGaveUp: () => undefined,
        playerBehind: ({ playerId }) => this.behind.push(playerId),
        holeStays: ({ player }) => this.stays.push(player),
      },
      remainingMs: () => this.remainingMs(),
    });
  }

  /** Whether readers are told that something is missing. */
  async isInexact(): Promise<boolean> {
    const until = await inexactUntil(this.standings);
    return until === undefined || until >= this.clock || this.pipeDeadLetters > 0;
  }

  async hasUnknownHole(): Promise<boolean> {
    return UNKNOWN_PLAYERS in (await openHoles(this.standings));
  }
}

/** {@link useStandings} for tests of the auditor. */
export function useAudit(): TestAudit {
  const audit = new TestAudit(useStandings());
  beforeEach(() => {
    audit.reset();
  });
  return audit;
}
