import type { ValidationIssue } from '@leaderboard/contracts';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { AcceptedEvents, InsertOutcome } from '../events/event-store.ts';
import { MAX_WEBHOOK_BYTES, readWebhookBody, type CheckedEvent } from '../events/webhook-body.ts';
import { answer, errorAnswer, unavailable } from '../http/answer.ts';
import type { HttpRequest } from '../http/http-request.ts';
import { METRIC_NAMES } from '../metric-names.ts';
import type { RouterInvoker } from '../router/router-payload.ts';
import { SIGNATURE_HEADER, verifySignature, type SignatureVerdict } from './signature.ts';
import type { SecretCache } from './secret-cache.ts';
import type { Telemetry } from '../telemetry.ts';

export interface WebhookDependencies {
  readonly events: AcceptedEvents;
  readonly router: RouterInvoker;
  /** `undefined`: events are taken without a signature. */
  readonly secrets: SecretCache | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly telemetry: Telemetry;
}

/**
 * Takes one webhook: checks its size, its signature and its body, stores it, and invokes the router. The event is safe
 * once it is stored: a router that cannot be invoked does not change the answer, because the sweep finds the event.
 */
export async function acceptWebhook(
  request: HttpRequest,
  dependencies: WebhookDependencies,
): Promise<APIGatewayProxyResult> {
  const { telemetry } = dependencies;
  if (request.bodyBytes > MAX_WEBHOOK_BYTES) {
    telemetry.count(METRIC_NAMES.webhookInvalid);
    return errorAnswer(413, {
      error: 'Body too large',
      reason: `${request.bodyBytes} bytes, at most ${MAX_WEBHOOK_BYTES}`,
    });
  }
  const body = request.readBody();
  const refusal = await refuseUnsigned(request, body, dependencies);
  if (refusal !== undefined) return refusal;

  const read = readWebhookBody(body);
  if (read.kind !== 'valid') {
    telemetry.count(METRIC_NAMES.webhookInvalid);
    return read.kind === 'invalid'
      ? invalidField(read.issue)
      : errorAnswer(400, { error: 'Invalid body', reason: read.reason });
  }
  return store(request, read.checked, dependencies);
}

async function refuseUnsigned(
  request: HttpRequest,
  body: Uint8Array,
  { secrets, now, telemetry }: WebhookDependencies,
): Promise<APIGatewayProxyResult | undefined> {
  if (secrets === undefined) return undefined;
  const judge = (known: readonly string[]): SignatureVerdict =>
    verifySignature(request.header(SIGNATURE_HEADER), body, known, now());
  try {
    let verdict = judge(await secrets.get());
    if (!verdict.valid && verdict.mayBeAnUnknownSecret) verdict = judge(await secrets.recheck());
    if (verdict.valid) return undefined;
    telemetry.count(METRIC_NAMES.webhookSignatureRefused);
    telemetry.warn('Signature refused', { reason: verdict.reason });
    return errorAnswer(401, { error: 'Invalid signature', reason: verdict.reason });
  } catch (error) {
    telemetry.count(METRIC_NAMES.webhookUnavailable);
    telemetry.error('The signature secrets cannot be read', { error });
    return unavailable();
  }
}

function invalidField({ path, rule, message }: ValidationIssue): APIGatewayProxyResult {
  const field = path.slice(1);
  if (path === '') {
    return errorAnswer(400, { error: 'Invalid body', reason: message });
  }
  return rule === 'required'
    ? errorAnswer(400, { error: `Missing required field: ${field}` })
    : errorAnswer(400, { error: `Invalid field: ${field}`, field, reason: message });
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
    telemetry.count(METRIC_NAMES.webhookUnavailable);
    telemetry.error('The event cannot be stored', { event_id, error });
    return unavailable();
  }
  if (outcome.kind === 'duplicate') {
    telemetry.count(METRIC_NAMES.webhookDuplicate);
    telemetry.info('Duplicate event', { event_id });
    return errorAnswer(409, { error: 'Duplicate event' });
  }
  if (outcome.kind === 'reused') {
    telemetry.count(METRIC_NAMES.webhookEventIdReused);
    telemetry.warn('Event id reused with another body', { event_id });
    return errorAnswer(409, {
      error: 'Duplicate event',
      field: 'event_id',
      reason: 'this id was accepted before with another body; this body is not stored',
    });
  }
  telemetry.count(METRIC_NAMES.webhookAccepted);
  try {
    await router.invoke({ event_id, body: checked.body });
  } catch (error) {
    telemetry.count(METRIC_NAMES.routerInvokeFailed);
    telemetry.warn('The router cannot be invoked; the sweep will route the event', {
      event_id,
      error,
    });
  }
  return answer(200, { message: 'Event validated and queued for processing', event_id });
}
