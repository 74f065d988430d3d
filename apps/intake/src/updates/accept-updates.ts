import {
  canonicalHash,
  describeIssues,
  MAX_UPDATES_PER_REQUEST,
  readJson,
  type ValidationIssue,
} from '@leaderboard/contracts';
import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';
import type { Producer } from '@leaderboard/producer-sdk';
import type { IdempotencyKey } from '@leaderboard/tables';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { HttpRequest } from '../http/http-request.ts';
import { RETRY_AFTER, errorResponse, jsonResponse, unavailable } from '../http/response.ts';
import type { IntakeTelemetry } from '../telemetry.ts';
import {
  IDEMPOTENCY_HEADER,
  derivedEventId,
  isIdempotencyKey,
  type IdempotencyKeys,
} from './idempotency-keys.ts';
import { sendUpdates, type UpdateResult } from './send-updates.ts';

/** The longest body of a request, in bytes: 100 updates with 4 KB of metadata each, and their other fields. */
export const MAX_UPDATES_BYTES = 512 * 1024;

export interface UpdatesDependencies {
  readonly producer: Pick<Producer, 'sendLeaderboardUpdates'>;
  readonly idempotencyKeys: Pick<IdempotencyKeys, 'remember'>;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly telemetry: IntakeTelemetry;
}

/**
 * Accepts one update or an array of up to {@link MAX_UPDATES_PER_REQUEST}, sends the valid ones to the queue, and responds with one
 * result per update, in order. 202: all accepted; 400: all invalid; 503: none accepted although some are valid; otherwise 207.
 */
export async function acceptUpdates(
  request: HttpRequest,
  dependencies: UpdatesDependencies,
): Promise<APIGatewayProxyResult> {
  const { telemetry, producer } = dependencies;
  if (request.bodyBytes > MAX_UPDATES_BYTES) {
    return errorResponse(413, {
      error: 'Body too large',
      reason: `${request.bodyBytes} bytes, at most ${MAX_UPDATES_BYTES}`,
    });
  }
  const json = readJson(request.readBody());
  // If there is a value, only numbers are wrong: updates with such a number are invalid, the others of the request are not.
  if (!json.valid && json.value === undefined) {
    return errorResponse(400, { error: 'Invalid body', reason: describeIssues(json.issues) });
  }
  const updates = Array.isArray(json.value) ? (json.value as unknown[]) : [json.value];
  if (updates.length === 0 || updates.length > MAX_UPDATES_PER_REQUEST) {
    return errorResponse(400, {
      error: 'Invalid body',
      reason: `${updates.length} updates, 1 to ${MAX_UPDATES_PER_REQUEST} are allowed in one request`,
    });
  }

  const key = request.header(IDEMPOTENCY_HEADER);
  const identified =
    key === undefined
      ? updates
      : await identify(updates, { caller: request.caller, key }, json.value, dependencies);
  if (!Array.isArray(identified)) return identified;

  const issues = json.valid ? [] : json.issues;
  const results = await sendUpdates(
    identified as unknown[],
    producer,
    byUpdate(issues, json.value),
  );
  const { accepted, invalid, failed } = countByStatus(results);
  telemetry.count(INTAKE_METRICS.updateAccepted, accepted);
  telemetry.count(INTAKE_METRICS.updateInvalid, invalid);
  telemetry.count(INTAKE_METRICS.updateFailed, failed);
  if (failed > 0) {
    telemetry.error('The queue did not confirm updates', { failed, codes: codesOf(results) });
  }
  if (invalid === 0 && failed === 0) return jsonResponse(202, { results });
  if (accepted > 0) return jsonResponse(207, { results });
  return failed > 0
    ? jsonResponse(503, { error: 'No update was accepted, send them again', results }, RETRY_AFTER)
    : jsonResponse(400, { error: 'No update is valid', results });
}

/** Fills in missing `event_id`s and `occurred_at`s with those of the first request with this key. */
async function identify(
  updates: readonly unknown[],
  key: IdempotencyKey,
  body: unknown,
  { idempotencyKeys, now, telemetry }: UpdatesDependencies,
): Promise<unknown[] | APIGatewayProxyResult> {
  if (!isIdempotencyKey(key.key)) {
    return errorResponse(400, {
      error: `Invalid header: ${IDEMPOTENCY_HEADER}`,
      reason: 'it must be 1 to 255 printable ASCII characters without spaces and commas, sent once',
    });
  }
  const bodyHash = canonicalHash(body);
  const receivedAt = new Date(now()).toISOString();
  try {
    const first = await idempotencyKeys.remember(key, { bodyHash, receivedAt });
    if (first.bodyHash === bodyHash) {
      return updates.map((update, index) =>
        withDefaults(update, derivedEventId(key, index), first.receivedAt),
      );
    }
  } catch (error) {
    telemetry.error('Could not store the idempotency key', { error });
    return unavailable();
  }
  telemetry.count(INTAKE_METRICS.idempotencyKeyReused);
  return errorResponse(422, {
    error: `${IDEMPOTENCY_HEADER} was used with a different body`,
    reason: 'nothing of this request was sent; use a new key for a new request',
  });
}

/** Issues of a body by the index of their update in the request; their paths start at that update. */
function byUpdate(
  issues: readonly ValidationIssue[],
  body: unknown,
): ReadonlyMap<number, ValidationIssue> {
  if (!Array.isArray(body)) return new Map(issues.map((issue) => [0, issue]));
  return new Map(
    issues.map((issue) => {
      const [prefix = '', index = ''] = /^\/(\d+)/.exec(issue.path) ?? [];
      const path = issue.path.slice(prefix.length);
      const message = issue.message.replace(issue.path, () => path || 'the value');
      return [Number(index), { ...issue, path, message }];
    }),
  );
}

function withDefaults(update: unknown, event_id: string, occurred_at: string): unknown {
  const isObject = typeof update === 'object' && update !== null && !Array.isArray(update);
  return isObject ? { event_id, occurred_at, ...update } : update;
}

function codesOf(results: readonly UpdateResult[]): string[] {
  return [
    ...new Set(results.flatMap((result) => (result.status === 'failed' ? [result.code] : []))),
  ];
}

function countByStatus(results: readonly UpdateResult[]): Record<UpdateResult['status'], number> {
  const counts = { accepted: 0, invalid: 0, failed: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}
