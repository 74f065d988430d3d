import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  asError,
  clientSettings,
  createTelemetry,
  SqsDeadLetterQueue,
  SYSTEM_RUNTIME,
  uniqueId,
} from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { CompactionStarter } from '../compactor/compaction-starter.ts';
import { readProjectorConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardSets } from '../storage/board-sets.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { CompletenessRecord, readTableIds } from '../storage/completeness-record.ts';
import { FoldedBoards } from '../storage/folded-boards.ts';
import { Holes } from '../storage/holes.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { StandingsStore } from '../storage/standings-store.ts';
import { Completer } from './completer.ts';
import { SqsMessageVisibility } from './message-visibility.ts';
import { ProgressRecorder } from './progress-recorder.ts';
import { createQueueHandler } from './queue-handler.ts';
import { RetryNotes } from './retry-notes.ts';

const config = readProjectorConfig(process.env);
const dynamodb = new DynamoDBClient(clientSettings({ maxAttempts: REQUEST_ATTEMPTS }));
/** Fewer attempts: without these requests the queue does the same later. */
const sqs = new SQSClient(clientSettings({ maxAttempts: 2 }));

const telemetry = createTelemetry(config);
const compactions = new CompactionStarter({
  client: new LambdaClient(clientSettings({ maxAttempts: 2 })),
  functionName: config.compactorFunctionName,
  random: SYSTEM_RUNTIME.random,
  onFailure: (error) => {
    telemetry.logger.warn('The compactor was not started', { error: asError(error) });
  },
});

/** The standings table. */
const standings = {
  ...SYSTEM_RUNTIME,
  uniqueId,
  client: documentClient(dynamodb),
  tableName: config.standingsTableName,
};
const record = new CompletenessRecord(standings);
const foldedBoards = new FoldedBoards({
  ...SYSTEM_RUNTIME,
  record,
  sets: new BoardSets({ ...standings, deployed: config.boards }),
});
const folding = {
  ...SYSTEM_RUNTIME,
  boards: () => foldedBoards.catalog(),
  store: new StandingsStore({
    ...standings,
    ranksTableName: config.ranksTableName,
    changes: new ChangeRecorder(standings),
    onLogged: (log) => compactions.logged(log),
  }),
  ledger: new LedgerReader({ client: standings.client, tableName: config.ledgerTableName }),
};

export const handler = createQueueHandler({
  ...telemetry,
  ...folding,
  progress: new ProgressRecorder(standings),
  deadLetters: new SqsDeadLetterQueue({ client: sqs, queueUrl: config.deadLetterQueueUrl }),
  visibility: new SqsMessageVisibility({ client: sqs, queueUrl: config.queueUrl }),
  retries: new RetryNotes(standings),
  holes: new Holes(standings),
  completer: (observer) =>
    new Completer({
      ...folding,
      observer,
      record,
      tableIds: (signal) =>
        readTableIds(
          dynamodb,
          {
            ledger: config.ledgerTableName,
            standings: config.standingsTableName,
            ranks: config.ranksTableName,
          },
          signal,
        ),
    }),
});
