import {
  canonicalHash,
  describeIssues,
  readJson,
  validateWebhookEvent,
  type ValidationIssue,
  type WebhookEvent,
} from '@leaderboard/contracts';

/** The longest body of a webhook, in bytes: far more than an event needs, far less than DynamoDB's 400 KB per item. */
export const MAX_WEBHOOK_BYTES = 64 * 1024;

/** An event that fulfils the contract, with its body as it came. */
export interface CheckedEvent {
  readonly event: WebhookEvent;
  /** The JSON text as received: numbers and unknown fields reach the consumer unchanged. */
  readonly body: string;
  readonly bodyHash: string;
}

export type WebhookBody =
  | { readonly kind: 'valid'; readonly checked: CheckedEvent }
  | { readonly kind: 'not-json'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly issue: ValidationIssue };

/** Reads and checks a body. Never throws; the issue of an invalid body is its first: missing fields come before others. */
export function readWebhookBody(body: Uint8Array): WebhookBody {
  const json = readJson(body);
  return json.valid ? check(json.value, json.text) : refused(json.issues);
}

/**
 * {@link readWebhookBody} for a body that was accepted before. A number that a double does not hold passes: an event that was
 * accepted while such numbers were has to reach its queue.
 */
export function readAcceptedBody(body: string): WebhookBody {
  const json = readJson(body);
  return json.valid || json.value !== undefined ? check(json.value, body) : refused(json.issues);
}

function check(value: unknown, text: string): WebhookBody {
  const result = validateWebhookEvent(value);
  if (!result.valid) return refused(result.issues);
  const checked = { event: result.value, body: text, bodyHash: canonicalHash(value) };
  return { kind: 'valid', checked };
}

function refused(issues: readonly ValidationIssue[]): WebhookBody {
  const [issue] = issues;
  return issue === undefined || isAboutTheText(issue)
    ? { kind: 'not-json', reason: describeIssues(issues) }
    : { kind: 'invalid', issue };
}

function isAboutTheText({ rule }: ValidationIssue): boolean {
  return ['json', 'duplicateKey', 'depth'].includes(rule);
}
