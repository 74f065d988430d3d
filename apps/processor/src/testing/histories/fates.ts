import {
  InternalServerError,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { pick } from '@leaderboard/testing/random';
import { throttle, timeout, validationException } from '../fault-injection.ts';
import type { HistoryPlan } from './history-plan.ts';
import { isRead, writtenItems, type Command, type KeyChoice } from './requests.ts';

/** What becomes of a request to DynamoDB. */
export type Fate =
  | { readonly kind: 'served' }
  /** DynamoDB rejects it; nothing is written. `named`: the response names an item that is no head. */
  | { readonly kind: 'rejected'; readonly error: Error; readonly named: boolean }
  /** It never arrives. */
  | { readonly kind: 'lost' }
  /** It is served, and the client gets this error, so long after that. */
  | { readonly kind: 'unanswered'; readonly error: Error; readonly afterMs: number }
  /** It is served when the client has stopped waiting. */
  | { readonly kind: 'late'; readonly afterMs: number }
  /** A batch read that leaves keys unread. */
  | { readonly kind: 'partial'; readonly isUnread: KeyChoice }
  /** A batch read that reads some keys later than others. */
  | { readonly kind: 'torn'; readonly isLater: KeyChoice };

/** What becomes of letters that are sent in one request. */
export interface LetterFate {
  readonly kind: 'accepted' | 'down' | 'unanswered' | 'some';
  /** Until the queue has them. */
  readonly afterMs: number;
  /** Of `some`: whether the n-th letter is accepted. */
  readonly isAccepted: (index: number) => boolean;
}

/** The client gives up after this time (`clientSettings` of @leaderboard/function). */
export const REQUEST_TIMEOUT_MS = 3_000;

type Random = () => number;

export function decideFate(command: Command, { faults }: HistoryPlan, random: Random): Fate {
  const items = writtenItems(command);
  const refused = items.findIndex(({ isRefused }) => isRefused);
  if (refused >= 0 && random() < 0.5) return itemFault(command, refused, 'ValidationError');
  if (refused >= 0) return { kind: 'rejected', error: validationException(), named: true };
  if (random() < faults.request) return requestFault(isRead(command), random);
  if (command instanceof BatchGetCommand && random() < faults.partialRead) {
    return readFault(command, random);
  }
  if (!isRead(command) && random() < faults.item) {
    const code = pick(['TransactionConflict', 'ThrottlingError'], random);
    return itemFault(command, Math.floor(random() * items.length), code);
  }
  return { kind: 'served' };
}

function requestFault(isRead: boolean, random: Random): Fate {
  const kinds = [
    'throttled',
    'throttled',
    'lost',
    ...(isRead ? [] : (['unanswered', 'late'] as const)),
  ] as const;
  const kind = pick(kinds, random);
  if (kind === 'throttled') return { kind: 'rejected', error: throttle(), named: false };
  if (kind === 'unanswered') {
    if (random() < 0.5) return { kind, error: serverError(), afterMs: latencyMs(random) };
    return { kind, error: timeout(), afterMs: REQUEST_TIMEOUT_MS };
  }
  if (kind === 'late') return { kind, afterMs: REQUEST_TIMEOUT_MS + random() ** 2 * 60_000 };
  return { kind };
}

function serverError(): Error {
  return new InternalServerError({ message: 'try again', $metadata: { httpStatusCode: 500 } });
}

function readFault({ input }: BatchGetCommand, random: Random): Fate {
  if (random() < 0.5) return { kind: 'torn', isLater: () => random() < 0.5 };
  const table = pick(Object.keys(input.RequestItems ?? {}), random);
  const all = random() < 0.5;
  return { kind: 'partial', isUnread: (each) => each === table && (all || random() < 0.5) };
}

/**
 * A write that fails because of one item, which another request holds or whose partition is throttled.
 *
 * @param index of the item in the transaction
 */
export function itemFault(command: Command, index: number, code: string): Fate {
  const items = writtenItems(command);
  const $metadata = { httpStatusCode: 400 };
  if (items.length === 0) {
    const error = new TransactionConflictException({ message: 'conflict', $metadata });
    return { kind: 'rejected', error, named: false };
  }
  const error = new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata,
    CancellationReasons: items.map((_, each) => ({ Code: each === index ? code : 'None' })),
  });
  return { kind: 'rejected', error, named: items[index]?.isHead === false };
}

export function decideLetterFate({ letterFaults }: HistoryPlan, random: Random): LetterFate {
  const isAccepted = () => random() < 0.5;
  if (random() >= letterFaults) return { kind: 'accepted', afterMs: latencyMs(random), isAccepted };
  const kind = pick(['accepted', 'down', 'unanswered', 'some'] as const, random);
  return { kind, afterMs: random() * 9_000, isAccepted };
}

/** How long a request or a response travels, in ms: mostly a few, sometimes so long that others overtake it. */
export function latencyMs(random: Random): number {
  const kind = random();
  if (kind < 0.8) return 1 + random() * 9;
  return kind < 0.96 ? 10 + random() * 200 : 200 + random() * 1_200;
}

export function describeFate(fate: Fate): string {
  if (fate.kind === 'rejected') return `rejected: ${fate.error.name}`;
  return fate.kind === 'late' ? `late: ${Math.round(fate.afterMs)} ms` : fate.kind;
}
