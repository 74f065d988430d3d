import { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings, objectStorageSettings } from '@leaderboard/function';
import { RanksTable, RunReader, S3RunStore } from '@leaderboard/ranks';

/** What a function keeps of runs in memory, in bytes of text: it reads each of them about once. */
const CACHE_BYTES = 4 * 1_024 * 1_024;

export interface RanksLocation {
  readonly ranksTableName: string;
  readonly runsBucketName: string;
}

/**
 * The table of ranks and the bucket of runs, as a function's configuration names them.
 *
 * @param maxAttempts requests per call to S3, the first one included
 */
export function openRanks(
  client: DynamoDBDocumentClient,
  { ranksTableName, runsBucketName }: RanksLocation,
  maxAttempts: number,
) {
  const s3 = new S3Client({
    ...clientSettings({ maxAttempts }),
    ...objectStorageSettings(process.env),
  });
  const store = new S3RunStore({ client: s3, bucket: runsBucketName });
  return {
    table: new RanksTable({ client, tableName: ranksTableName }),
    runs: new RunReader({ store, cacheBytes: CACHE_BYTES }),
    store,
  };
}
