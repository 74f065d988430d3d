import { TransactionCanceledException, type CancellationReason } from '@aws-sdk/client-dynamodb';
import { fromAttributes, toMarker, type Marker } from '@leaderboard/tables';

/** What became of a request for one player's items. Faults are values: only a programming error rejects. */
export type ReadOutcome<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** An item cannot be understood, and will not be without a repair. */
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** What became of a transaction. Faults are values: only a programming error rejects. */
export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** Nothing was written; `players[i]` holds what DynamoDB had against the i-th write. */
  | { readonly kind: 'cancelled'; readonly players: readonly PlayerFaults[] }
  | RefusedRequest
  | UnavailableStore;

/** Why DynamoDB rejected one item of a transaction. Nothing of the transaction was written. */
export type ItemFault =
  | { readonly kind: 'head-moved' }
  | { readonly kind: 'already-processed'; readonly marker: Marker }
  | { readonly kind: 'contended'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What DynamoDB had against the items of one player. */
export interface PlayerFaults {
  readonly head?: ItemFault;
  /** By the index of the entry; undefined where there was nothing against it. */
  readonly entries: readonly (ItemFault | undefined)[];
}

/** Nothing was written: DynamoDB rejects the request as it is, and will do so again. */
interface RefusedRequest {
  readonly kind: 'refused';
  readonly reason: string;
}

/** No usable response. `outcomeUnknown` is true when the transaction may have been committed nevertheless. */
interface UnavailableStore {
  readonly kind: 'unavailable';
  readonly reason: string;
  readonly outcomeUnknown: boolean;
}

/** How a request to DynamoDB failed as a whole. */
export type RequestFault =
  | { readonly kind: 'cancelled'; readonly reasons: readonly CancellationReason[] }
  | RefusedRequest
  | UnavailableStore;

/** What an item of the transaction was, which decides what a failed condition of it means. */
export type ItemRole = 'head' | 'marker' | 'ledger-entry';

const REFUSALS = new Set(['ValidationException', 'ItemCollectionSizeLimitExceededException']);

/**
 * Only a response that blames the request (`$fault: 'client'`: throttles, denied access, conflicts) means that nothing
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

/** The fault of one item, or undefined where DynamoDB had nothing against it. */
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

/**
 * Assigns the reasons of a cancelled transaction to its players and entries.
 *
 * @param entryCounts entries of each player
 * @param reasons one for each item, in the order of the transaction: for each player the head, then marker and ledger item
 * of each entry
 */
export function classifyCancellation(
  entryCounts: readonly number[],
  reasons: readonly CancellationReason[],
): CommitOutcome {
  let next = 0;
  const take = () => reasons[next++] ?? {};
  const players = entryCounts.map((count): PlayerFaults => {
    const head = classifyItemFault('head', take());
    const entries = Array.from({ length: count }, () => {
      const marker = classifyItemFault('marker', take());
      return [marker, classifyItemFault('ledger-entry', take())].find((fault) => fault);
    });
    return { ...(head && { head }), entries };
  });
  const isExplained = players.some(({ head, entries }) => head ?? entries.some((fault) => fault));
  if (isExplained) return { kind: 'cancelled', players };
  return {
    kind: 'unavailable',
    reason: 'TransactionCanceledException without a reason',
    outcomeUnknown: false,
  };
}

function failedCondition(role: ItemRole, item: CancellationReason['Item']): ItemFault {
  if (role === 'head') return { kind: 'head-moved' };
  const marker = role === 'marker' && item ? toMarker(fromAttributes(item)) : undefined;
  return marker
    ? { kind: 'already-processed', marker }
    : {
        kind: 'contended',
        reason: `the ${role} already exists, contrary to the head that was read`,
      };
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
