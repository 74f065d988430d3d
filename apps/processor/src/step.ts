import type { DeadLetter } from '@leaderboard/function';
import type { KnownHead, LedgerQuestion } from './player-state.ts';
import type { MarkerVerdict } from './marker-verdict.ts';
import type { Run } from './plan-run.ts';
import type { CheckedRecord, ValidRecord } from './record-check.ts';

/** What has to happen next, so that the front of a message group is settled. */
export type Step =
  | { readonly kind: 'done' }
  /** Read the head, and the markers of these events. */
  | { readonly kind: 'read'; readonly eventIds: readonly string[] }
  /** Ask the ledger: where it ends, if there is no head; whether the items of markers are there. */
  | { readonly kind: 'look-up'; readonly question: LedgerQuestion }
  /** The front seems superseded: read whether it is in the ledger, later than the head. */
  | { readonly kind: 'confirm'; readonly record: ValidRecord }
  | { readonly kind: 'write'; readonly run: Run }
  /** Note in the head that these records are settled, before their letters are sent. Not empty. */
  | { readonly kind: 'raise'; readonly head: KnownHead; readonly records: readonly CheckedRecord[] }
  | { readonly kind: 'send'; readonly letters: readonly DeadLetter[] }
  | { readonly kind: 'in-ledger'; readonly record: ValidRecord; readonly verdict: MarkerVerdict }
  /** The front failed; it returns to the queue with its followers. */
  | { readonly kind: 'return'; readonly reason: string };
