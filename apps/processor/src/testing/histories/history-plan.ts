import { pick, seededRandom } from '@leaderboard/testing/random';

/** What happens between two acts of a history, while nothing is in flight. */
export type Disaster =
  'nothing' | 'head lost' | 'marker lost' | 'queue created again' | 'dead letters sent back';

/** Everything about a history that its seed decides before it begins. */
export interface HistoryPlan {
  readonly seed: number;
  /** Nothing fails, nothing is received twice. */
  readonly isCalm: boolean;
  readonly players: number;
  readonly acts: readonly { readonly before: Disaster; readonly messages: number }[];
  readonly firstSequence: bigint;
  readonly visibilityTimeoutMs: number;
  /** Chances of an event per request to DynamoDB, in [0, 1]. */
  readonly faults: {
    /** A fault of the request as a whole: throttled, lost, unanswered, late. */
    readonly request: number;
    /** A transaction cancelled because of one of its items. */
    readonly item: number;
    /** A batch read that leaves keys unread, or reads its keys at different times. */
    readonly partialRead: number;
  };
  /** Chance that the dead-letter queue fails, or is slow, per request. */
  readonly letterFaults: number;
  /** Chance that an invocation is killed. */
  readonly kills: number;
  /** Chance that an invocation freezes for seconds, per response that it waits for. */
  readonly freezes: number;
  /** Whether the function's timeout ends an invocation that is frozen. */
  readonly timeoutIsEnforced: boolean;
  /** Chance that a dead letter is sent back to the queue while others are processed. */
  readonly redrives: number;
}

const RARELY = [0, 0, 0.05, 0.3];
const OFTEN = [0, 0.05, 0.3, 0.6, 0.95];

/** Sequence numbers begin small, before their number of digits grows, as SQS gives them, and beyond what a number attribute holds. */
const FIRST_SEQUENCES = [1n, 95n, 18_850_000_000_000_000_000n, 10n ** 38n - 4n];

export function planHistory(seed: number): HistoryPlan {
  const random = seededRandom(seed);
  const hasAnyFault = random() < 0.9;
  const chance = (values: readonly number[]) => (hasAnyFault ? pick(values, random) : 0);
  const acts = 1 + Math.floor(random() * 3);
  return {
    seed,
    isCalm: !hasAnyFault,
    players: 1 + Math.floor(random() * 3),
    acts: Array.from({ length: acts }, (_, index) => ({
      before: index === 0 || random() < 0.3 ? 'nothing' : pick(DISASTERS, random),
      messages: 1 + Math.floor(random() * (random() < 0.2 ? 14 : 5)),
    })),
    firstSequence: pick(FIRST_SEQUENCES, random),
    // 6 × the function's timeout as deployed; the shorter ones make zombies.
    visibilityTimeoutMs: hasAnyFault
      ? pick([60, 400, 3_000, 12_000, 40_000, 180_000], random)
      : 180_000,
    faults: {
      request: random() < 0.3 ? 0 : chance(OFTEN),
      item: random() < 0.3 ? 0 : chance(OFTEN),
      partialRead: chance(RARELY),
    },
    letterFaults: chance(RARELY),
    kills: chance(RARELY),
    freezes: chance([0, 0, 0.02, 0.1]),
    timeoutIsEnforced: random() < 0.7,
    redrives: chance(RARELY),
  };
}

const DISASTERS: readonly Disaster[] = [
  'head lost',
  'marker lost',
  'queue created again',
  'dead letters sent back',
];
