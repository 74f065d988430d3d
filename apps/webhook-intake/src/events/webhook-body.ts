import {
  describeIssues,
  validateWebhookEvent,
  type ValidationIssue,
  type WebhookEvent,
} from '@leaderboard/contracts';
import { canonicalHash } from '../canonical-hash.ts';
import { readJson } from '../http/read-json.ts';

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
  if (!json.ok) return { kind: 'not-json', reason: json.reason };
  const result = validateWebhookEvent(json.value);
  if (result.valid) {
    const bodyHash = canonicalHash(json.value);
    return { kind: 'valid', checked: { event: result.value, body: json.text, bodyHash } };
  }
  const [issue] = result.issues;
  return issue === undefined
    ? { kind: 'not-json', reason: describeIssues(result.issues) }
    : { kind: 'invalid', issue };
}
