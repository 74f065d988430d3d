import {
  TransactionCanceledException,
  type AttributeValue,
  type CancellationReason,
} from '@aws-sdk/client-dynamodb';
import type { ItemFault, Marker } from './ledger-store.ts';

/** What an item of the transaction was, which decides what a failed condition of it means. */
export type ItemRole = 'head' | 'marker' | 'ledger-entry';

/** How a request to DynamoDB failed as a whole. */
export type RequestFault =
  | { readonly kind: 'cancelled'; readonly reasons: readonly CancellationReason[] }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly outcomeUnknown: boolean };

const REFUSALS = new Set(['ValidationException', 'ItemCollectionSizeLimitExceededException']);

/**
 * Only an answer that blames the request (`$fault: 'client'`: throttles, denied access, conflicts) says that nothing
 * was written. A timeout, a broken connection or a server error leaves that open, and so does anything unforeseen.
 */
export function classifyRequestError(error: unknown): RequestFault {
  if (error instanceof TransactionCanceledException) {
    return { kind: 'cancelled', reasons: error.CancellationReasons ?? [] };
  }
  const reason = describeError(error);
  if (error instanceof Error && REFUSALS.has(error.name)) return { kind: 'refused', reason };
  const isClientFault = error instanceof Error && '$fault' in error && error.$fault === 'client';
  return { kind: 'unavailable', reason, outcomeUnknown: !isClientFault };
}

/** The fault of one item, or undefined where the store had nothing against it. */
export function classifyItemFault(
  role: ItemRole,
  { Code: code = 'None', Message: message, Item: item }: CancellationReason,
): ItemFault | undefined {
  const reason = message === undefined ? code : `${code}: ${message}`;
  switch (code) {
    case 'None':
      return undefined;
    case 'ConditionalCheckFailed':
      return failedCondition(role, item);
    case 'ValidationError':
    case 'ItemCollectionSizeLimitExceeded':
      return { kind: 'refused', reason };
    default:
      return { kind: 'contended', reason };
  }
}

function failedCondition(
  role: ItemRole,
  item: Record<string, AttributeValue> | undefined,
): ItemFault {
  if (role === 'head') return { kind: 'head-moved' };
  const marker = role === 'marker' && item ? toMarker(item) : undefined;
  return marker
    ? { kind: 'already-processed', marker }
    : { kind: 'contended', reason: `the ${role} is already there, against the head that was read` };
}

/** The marker that an item of the processed-events table holds; undefined if it is none. */
export function toMarker(item: Record<string, AttributeValue>): Marker | undefined {
  const contentHash = item['body_hash']?.S;
  const messageId = item['message_id']?.S;
  if (contentHash === undefined || messageId === undefined) return undefined;
  return { contentHash, messageId, occurredAt: item['occurred_at']?.S };
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
