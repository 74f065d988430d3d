import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A function as it is deployed, and an event that it responds to without a request of its own, or after a few. */
export interface DeployedFunction {
  readonly name: string;
  /** Absolute path of the bundle. */
  readonly bundle: string;
  /** Relative to the root of the repository. */
  readonly source: string;
  readonly event: unknown;
}

const ROOT = path.resolve(import.meta.dirname, '../../../..');

function deployed(name: string, source: string, event: unknown): DeployedFunction {
  const [app] = /^apps\/[^/]+/.exec(source) ?? [''];
  return { name, source, bundle: path.join(ROOT, app, 'dist', name, 'index.mjs'), event };
}

const NO_RECORDS = { Records: [] };
const EMPTY_BODY = { body: '{}', headers: {}, requestContext: { requestId: '1', identity: {} } };

export const FUNCTIONS = [
  deployed('processor', 'apps/processor/src/handler.ts', NO_RECORDS),
  deployed('projector', 'apps/standings/src/projector/handler.ts', NO_RECORDS),
  deployed('compactor', 'apps/standings/src/compactor/handler.ts', { partitions: [] }),
  deployed('snapshotter', 'apps/standings/src/snapshots/handler.ts', {}),
  deployed('auditor', 'apps/standings/src/audit/handler.ts', {}),
  deployed('leaderboard-api', 'apps/leaderboard-api/src/handler.ts', {
    rawPath: '/openapi.json',
    requestContext: { http: { method: 'GET' } },
  }),
  deployed('validator', 'apps/intake/src/validator/handler.ts', EMPTY_BODY),
  deployed('router', 'apps/intake/src/router/handler.ts', {
    event_id: 'event-1',
    body: JSON.stringify({
      event_id: 'event-1',
      transaction_type: 'payment',
      amount: 12.5,
      currency: 'EUR',
      timestamp: '2026-11-26T10:00:00Z',
    }),
  }),
  deployed('sweep', 'apps/intake/src/sweep/handler.ts', {}),
  deployed('updates', 'apps/intake/src/updates/handler.ts', EMPTY_BODY),
] as const;

/** Everything that any of the functions reads. No request leaves the machine. */
export function environmentOf(awsEndpoint: string): Record<string, string> {
  const queue = (name: string) => `${awsEndpoint}/123456789012/${name}`;
  const boards = fileURLToPath(import.meta.resolve('@leaderboard/ranking/boards.json'));
  return {
    AWS_REGION: 'us-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL: awsEndpoint,
    BOARD_DEFINITIONS: readFileSync(boards, 'utf8'),
    POWERTOOLS_SERVICE_NAME: 'bench',
    POWERTOOLS_METRICS_NAMESPACE: 'Bench',
    DYNAMODB_TABLE_NAME: 'ledger',
    PROCESSED_EVENTS_TABLE_NAME: 'processed-events',
    LEDGER_TABLE_NAME: 'ledger',
    STANDINGS_TABLE_NAME: 'standings',
    SNAPSHOTS_TABLE_NAME: 'snapshots',
    RANKS_TABLE_NAME: 'leaderboard-ranks',
    RANK_RUNS_BUCKET_NAME: 'rank-runs',
    RANK_COMPACTOR_FUNCTION_NAME: 'rank-compactor',
    IDEMPOTENCY_TABLE_NAME: 'idempotency-keys',
    DYNAMODB_TABLE: 'transaction-events',
    DLQ_URL: queue('dlq.fifo'),
    QUEUE_URL: queue('standings.fifo'),
    STANDINGS_QUEUE_URL: queue('standings.fifo'),
    PIPE_DLQ_URL: queue('pipe-dlq'),
    LEADERBOARD_QUEUE_URL: queue('updates.fifo'),
    PAYMENTS_QUEUE_URL: queue('payments'),
    REFUNDS_QUEUE_URL: queue('refunds'),
    DISPUTES_QUEUE_URL: queue('disputes'),
    ROUTER_LAMBDA_NAME: 'router',
    MAX_RECEIVE_COUNT: '3',
    MARKER_TTL_DAYS: '60',
    OCCURRED_AT_MAX_PAST_DAYS: '35',
    SNAPSHOT_SIZE: '100',
    SNAPSHOT_TTL_DAYS: '30',
    EVENT_TTL_DAYS: '30',
    IDEMPOTENCY_TTL_DAYS: '61',
    SWEEP_MIN_AGE_SECONDS: '360',
  };
}
