import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  clientSettings,
  createTelemetry,
  SqsDeadLetterQueue,
  SYSTEM_RUNTIME,
} from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readProjectorConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { CompletenessRecord, readTableIds } from '../storage/completeness-record.ts';
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

/** The standings table. */
const standings = {
  ...SYSTEM_RUNTIME,
  client: documentClient(dynamodb),
  tableName: config.standingsTableName,
};
const folding = {
  ...SYSTEM_RUNTIME,
  catalog: new BoardCatalog(config.boards.boards),
  store: new StandingsStore({ ...standings, changes: new ChangeRecorder(standings) }),
  ledger: new LedgerReader({ client: standings.client, tableName: config.ledgerTableName }),
};

export const handler = createQueueHandler({
  ...createTelemetry(config),
  ...folding,
  progress: new ProgressRecorder(standings),
  deadLetters: new SqsDeadLetterQueue({ client: sqs, queueUrl: config.deadLetterQueueUrl }),
  visibility: new SqsMessageVisibility({ client: sqs, queueUrl: config.queueUrl }),
  retries: new RetryNotes(standings),
  completer: (observer) =>
    new Completer({
      ...folding,
      observer,
      record: new CompletenessRecord(standings),
      tableIds: (signal) =>
        readTableIds(
          dynamodb,
          { ledger: config.ledgerTableName, standings: config.standingsTableName },
          signal,
        ),
    }),
});
