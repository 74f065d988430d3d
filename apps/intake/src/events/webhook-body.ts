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

/** An event that is valid by the contract, with its body as received. */
export interface CheckedEvent {
  readonly event: WebhookEvent;
  /** The JSON as received: numbers and unknown fields reach the consumer unchanged. */
  readonly body: string;
  readonly bodyHash: string;
}

export type WebhookBody =
  | { readonly kind: 'valid'; readonly checked: CheckedEvent }
  | { readonly kind: 'not-json'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly issue: ValidationIssue };

/** Reads and checks a body. Never throws. The issue of an invalid body is its first one; missing fields come before others. */
export function readWebhookBody(body: Uint8Array): WebhookBody {
  const json = readJson(body);
  return json.valid ? check(json.value, json.text) : rejected(json.issues);
}

/**
 * {@link readWebhookBody} for a body that was accepted before. Numbers that a double cannot hold pass, because earlier
 * releases accepted them, and every accepted event must reach its queue.
 */
export function readAcceptedBody(body: string): WebhookBody {
  const json = readJson(body);
  return json.valid || json.value !== undefined ? check(json.value, body) : rejected(json.issues);
}

function check(value: unknown, text: string): WebhookBody {
  const result = validateWebhookEvent(value);
  if (!result.valid) return rejected(result.issues);
  const checked = { event: result.value, body: text, bodyHash: canonicalHash(value) };
  return { kind: 'valid', checked };
}

function rejected(issues: readonly ValidationIssue[]): WebhookBody {
  const [issue] = issues;
  return issue === undefined || isNotJson(issue)
    ? { kind: 'not-json', reason: describeIssues(issues) }
    : { kind: 'invalid', issue };
}

function isNotJson({ rule }: ValidationIssue): boolean {
  return ['json', 'duplicateKey', 'depth'].includes(rule);
}
