import type { Item } from '../conversion.ts';
import { queryOf, type QueryExpression, type WriteCondition } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { epochKey, ranksHeadKey, type LogId } from './log.ts';
import { RANKS_TABLE } from './table.ts';

/** A sorted run of entries. It is never changed. */
export type RunRef = SmallRun | StoredRun;

interface RunCounts {
  /** Sum of the insertions and removals in it. */
  readonly net: number;
  /** Size of its entries, in bytes. */
  readonly bytes: number;
}

/** A run that is so small that the head holds it. */
export interface SmallRun extends RunCounts {
  readonly text: string;
}

/** A run in an object of the bucket of runs. */
export interface StoredRun extends RunCounts {
  /** Key of the object. */
  readonly name: string;
  /** Size of the index that follows the entries, in bytes. */
  readonly indexBytes: number;
}

/** Runs from old to new. */
export type Stack = readonly RunRef[];

/** What a board's ranks consist of, beside its log. */
export interface RanksHead {
  /** Raised by each flip, from 1. */
  readonly number: number;
  /** The runs of each window (`all_time`, `weekly#2026-W47`). */
  readonly windows: ReadonlyMap<string, Stack>;
  /**
   * The newest period of each kind of window whose runs were moved to an item of their own: `weekly` → `2026-W46`. Windows up
   * to it that the head does not have may have a {@link ClosedWindow}.
   */
  readonly closedUpTo: ReadonlyMap<string, string>;
  /** Log items that are in the runs and may still be in the log. */
  readonly absorbed: readonly LogId[];
}

/** The runs of a window that has ended, as they were in the head of this number. */
export interface ClosedWindow {
  readonly number: number;
  readonly stack: Stack;
}

/** A board whose log was never merged. */
export const NO_HEAD: RanksHead = {
  number: 0,
  windows: new Map(),
  closedUpTo: new Map(),
  absorbed: [],
};

export function toRanksHeadItem(partition: string, head: RanksHead): Item {
  return {
    ...ranksHeadKey(partition),
    number: head.number,
    windows: JSON.stringify([...head.windows]),
    closed: JSON.stringify([...head.closedUpTo]),
    absorbed: head.absorbed.join(','),
  };
}

/** @throws {CorruptItemError} */
export function toRanksHead(item: Item): RanksHead {
  const read = new ItemReader(RANKS_TABLE, item);
  const absorbed = read.string('absorbed');
  return {
    number: read.integer('number'),
    windows: new Map(JSON.parse(read.string('windows')) as [string, Stack][]),
    closedUpTo: new Map(JSON.parse(read.string('closed')) as [string, string][]),
    absorbed: absorbed === '' ? [] : absorbed.split(','),
  };
}

/** The write takes place only if the head is still the one of this number; 0 for none. */
export function ifRanksHeadIs(number: number): WriteCondition {
  if (number === 0) return { ConditionExpression: 'attribute_not_exists(board)' };
  return {
    ConditionExpression: '#number = :read',
    ExpressionAttributeNames: { '#number': 'number' },
    ExpressionAttributeValues: { ':read': number },
  };
}

/** The number of the last flip, written with the head: a query that reads it last sees whether the head it read is newer. */
export function toEpochItem(partition: string, number: number): Item {
  return { ...epochKey(partition), number };
}

/** @throws {CorruptItemError} */
export function toEpoch(item: Item): number {
  return new ItemReader(RANKS_TABLE, item).integer('number');
}

/** Closed windows are in a partition of their own, which no read of the log touches. */
export function closedWindowKey(partition: string, window: string): Item {
  return { board: closedPartition(partition), entry: window };
}

/** The query of every {@link ClosedWindow} of a board. */
export function closedWindowsOf(partition: string): QueryExpression {
  return queryOf(RANKS_TABLE, closedPartition(partition));
}

function closedPartition(partition: string): string {
  return `${partition}#closed`;
}

export function toClosedWindowItem(
  partition: string,
  window: string,
  { number, stack }: ClosedWindow,
): Item {
  return { ...closedWindowKey(partition, window), number, stack: JSON.stringify(stack) };
}

/** @throws {CorruptItemError} */
export function toClosedWindow(item: Item): ClosedWindow {
  const read = new ItemReader(RANKS_TABLE, item);
  return { number: read.integer('number'), stack: JSON.parse(read.string('stack')) as Stack };
}

/** The write takes place only if the item is of an older head, or not there. */
export function ifClosedBefore(number: number): WriteCondition {
  return {
    ConditionExpression: 'attribute_not_exists(board) OR #number < :number',
    ExpressionAttributeNames: { '#number': 'number' },
    ExpressionAttributeValues: { ':number': number },
  };
}

/** Who merges large runs of a board at present; it saves work and nothing depends on it. */
export function mergeLeaseKey(partition: string): Item {
  return { board: `${partition}#lease`, entry: 'merge' };
}

/** @param until end of the lease (ms since the epoch) */
export function toMergeLeaseItem(partition: string, holder: string, until: number): Item {
  return { ...mergeLeaseKey(partition), holder, until };
}

/** The write takes place only if nobody has the lease. */
export function ifLeaseIsFree(nowMs: number): WriteCondition {
  return {
    ConditionExpression: 'attribute_not_exists(board) OR #until < :now',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':now': nowMs },
  };
}

/** The write takes place only if this holder has the lease. */
export function ifLeaseIsOf(holder: string): WriteCondition {
  return {
    ConditionExpression: 'holder = :holder',
    ExpressionAttributeValues: { ':holder': holder },
  };
}
