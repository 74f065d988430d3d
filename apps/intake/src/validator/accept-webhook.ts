import type { ValidationIssue } from '@leaderboard/contracts';
import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { EventStore, InsertOutcome } from '../events/event-store.ts';
import { MAX_WEBHOOK_BYTES, readWebhookBody, type CheckedEvent } from '../events/webhook-body.ts';
import { errorResponse, jsonResponse, unavailable } from '../http/response.ts';
import type { HttpRequest } from '../http/http-request.ts';
import type { IntakeTelemetry } from '../telemetry.ts';
import type { RouterInvoker } from './router-invoker.ts';
import type { SecretCache } from './secret-cache.ts';
import { SIGNATURE_HEADER, verifySignature, type SignatureCheck } from './signature.ts';

export interface WebhookDependencies {
  readonly events: Pick<EventStore, 'insert'>;
  readonly router: Pick<RouterInvoker, 'invoke'>;
  /** `undefined`: events need no signature. */
  readonly secrets: SecretCache | undefined;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly telemetry: IntakeTelemetry;
}

/**
 * Accepts one webhook: checks its size, its signature and its body, stores it, and invokes the router. Once the event is
 * stored, the response is 200 even if the router cannot be invoked: the sweep routes the event.
 */
export async function acceptWebhook(
  request: HttpRequest,
  dependencies: WebhookDependencies,
): Promise<APIGatewayProxyResult> {
  const { telemetry } = dependencies;
  if (request.bodyBytes > MAX_WEBHOOK_BYTES) {
    telemetry.count(INTAKE_METRICS.webhookInvalid);
    return errorResponse(413, {
      error: 'Body too large',
      reason: `${request.bodyBytes} bytes, at most ${MAX_WEBHOOK_BYTES}`,
    });
  }
  const body = request.readBody();
  const rejection = await rejectUnsigned(request, body, dependencies);
  if (rejection !== undefined) return rejection;

  const read = readWebhookBody(body);
  if (read.kind !== 'valid') {
    telemetry.count(INTAKE_METRICS.webhookInvalid);
    return read.kind === 'invalid'
      ? invalidField(read.issue)
      : errorResponse(400, { error: 'Invalid body', reason: read.reason });
  }
  return store(request, read.checked, dependencies);
}

/** @returns the response to a request that is not signed correctly */
async function rejectUnsigned(
  request: HttpRequest,
  body: Uint8Array,
  { secrets, now, telemetry }: WebhookDependencies,
): Promise<APIGatewayProxyResult | undefined> {
  if (secrets === undefined) return undefined;
  const verify = (known: readonly string[]): SignatureCheck =>
    verifySignature(request.header(SIGNATURE_HEADER), body, known, now());
  try {
    let check = verify(await secrets.get());
    if (!check.valid && check.mayBeAnUnknownSecret) check = verify(await secrets.recheck());
    if (check.valid) return undefined;
    telemetry.count(INTAKE_METRICS.webhookSignatureRefused);
    telemetry.warn('Invalid signature', { reason: check.reason });
    return errorResponse(401, { error: 'Invalid signature', reason: check.reason });
  } catch (error) {
    telemetry.count(INTAKE_METRICS.webhookUnavailable);
    telemetry.error('Could not read the signature secrets', { error });
    return unavailable();
  }
}

function invalidField({ path, rule, message }: ValidationIssue): APIGatewayProxyResult {
  const field = path.slice(1);
  if (path === '') {
    return errorResponse(400, { error: 'Invalid body', reason: message });
  }
  return rule === 'required'
    ? errorResponse(400, { error: `Missing required field: ${field}` })
    : errorResponse(400, { error: `Invalid field: ${field}`, field, reason: message });
}

async function store(
  request: HttpRequest,
  checked: CheckedEvent,
  { events, router, now, telemetry }: WebhookDependencies,
): Promise<APIGatewayProxyResult> {
  const { event_id } = checked.event;
  let outcome: InsertOutcome;
  try {
    outcome = await events.insert({
      eventId: event_id,
      transactionType: checked.event.transaction_type,
      body: checked.body,
      bodyHash: checked.bodyHash,
      receivedAt: new Date(now()).toISOString(),
      requestId: request.requestId,
    });
  } catch (error) {
    telemetry.count(INTAKE_METRICS.webhookUnavailable);
    telemetry.error('Could not store the event', { event_id, error });
    return unavailable();
  }
  if (outcome === 'duplicate') {
    telemetry.count(INTAKE_METRICS.webhookDuplicate);
    telemetry.info('Duplicate event', { event_id });
    return errorResponse(409, { error: 'Duplicate event' });
  }
  if (outcome === 'reused') {
    telemetry.count(INTAKE_METRICS.webhookEventIdReused);
    telemetry.warn('Event id reused with a different body', { event_id });
    return errorResponse(409, {
      error: 'Duplicate event',
      field: 'event_id',
      reason:
        'an event with this id and a different body was accepted before; this body is not stored',
    });
  }
  telemetry.count(INTAKE_METRICS.webhookAccepted);
  try {
    await router.invoke({ event_id, body: checked.body });
  } catch (error) {
    telemetry.count(INTAKE_METRICS.routerInvokeFailed);
    telemetry.warn('Could not invoke the router; the sweep will route the event', {
      event_id,
      error,
    });
  }
  return jsonResponse(200, { message: 'Event validated and queued for processing', event_id });
}
