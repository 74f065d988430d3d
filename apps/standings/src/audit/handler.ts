import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, createTelemetry, SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readAuditorConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardSets } from '../storage/board-sets.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { CompletenessRecord } from '../storage/completeness-record.ts';
import { FoldedBoards } from '../storage/folded-boards.ts';
import { Holes } from '../storage/holes.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { StandingsStore } from '../storage/standings-store.ts';
import { createAuditHandler } from './audit-handler.ts';
import { AuditPositionStore } from './audit-position-store.ts';
import { HeadsReader } from './heads-reader.ts';
import { PipeDeadLetters } from './pipe-dead-letters.ts';

const config = readAuditorConfig(process.env);
const client = documentClient(
  new DynamoDBClient(clientSettings({ maxAttempts: REQUEST_ATTEMPTS })),
);
const sqs = new SQSClient(clientSettings({ maxAttempts: REQUEST_ATTEMPTS }));

/** The standings table. */
const standings = { ...SYSTEM_RUNTIME, uniqueId, client, tableName: config.standingsTableName };

const boards = new FoldedBoards({
  ...SYSTEM_RUNTIME,
  record: new CompletenessRecord(standings),
  sets: new BoardSets({ ...standings, deployed: config.boards }),
});

export const handler = createAuditHandler({
  ...createTelemetry(config),
  ...SYSTEM_RUNTIME,
  boards: () => boards.catalog(),
  store: new StandingsStore({
    ...standings,
    ranksTableName: config.ranksTableName,
    changes: new ChangeRecorder(standings),
    // The compactor's schedule finds boards with a long log.
    onLogged: () => Promise.resolve(),
  }),
  ledger: new LedgerReader({ client, tableName: config.ledgerTableName }),
  holes: new Holes(standings),
  heads: new HeadsReader({
    ...SYSTEM_RUNTIME,
    client,
    processedEventsTableName: config.processedEventsTableName,
    standingsTableName: config.standingsTableName,
  }),
  positions: new AuditPositionStore(client, config.standingsTableName),
  pipeDeadLetters: new PipeDeadLetters(sqs, config.pipeDeadLetterQueueUrl),
});
