import {
  cancellation,
  eventIdsOf,
  throttle,
  timeout,
  validationException,
  type Fault,
  type Request,
} from './fault-injection.ts';
import type { TestProcessor } from './test-processor.ts';

/** Lets every request that writes this event fail, for as long as it does. */
export type LastingFault = (processor: TestProcessor, eventId: string) => void;

export const ITEM_THROTTLED: LastingFault = (processor, eventId) => {
  processor.faults.plan = (request) =>
    namesEvent(request, eventId)
      ? { when: 'before', error: cancellation(request, [eventId], 'ThrottlingError') }
      : undefined;
};

/** The ways in which a store can keep failing for one event where the response names it. */
export const RECORD_FAULTS: readonly (readonly [string, LastingFault])[] = [
  ['item throttled', ITEM_THROTTLED],
  [
    'item in conflict',
    (processor, eventId) => {
      processor.faults.plan = (request) =>
        namesEvent(request, eventId)
          ? { when: 'before', error: cancellation(request, [eventId], 'TransactionConflict') }
          : undefined;
    },
  ],
];

/** The ways in which requests with one event can keep failing as a whole: the response does not say why. */
export const REQUEST_FAULTS: readonly (readonly [string, LastingFault])[] = [
  [
    'request throttled',
    (processor, eventId) => {
      processor.faults.plan = (request) =>
        namesEvent(request, eventId) ? { when: 'before', error: throttle() } : undefined;
    },
  ],
  [
    'request timed out',
    (processor, eventId) => {
      processor.faults.plan = (request) => {
        if (!namesEvent(request, eventId)) return undefined;
        processor.clockMs += 500;
        return { when: 'before', error: timeout() };
      };
    },
  ],
];

export function namesEvent(request: Request, eventId: string): boolean {
  return eventIdsOf(request).includes(eventId);
}

/** Marks an update that the store refuses, by {@link refusal}: the contract accepts nothing that the real one would refuse. */
export const REFUSED_METADATA = { refused: true };

/** Refuses every request that writes an update with {@link REFUSED_METADATA}. */
export function refusal(request: Request): Fault | undefined {
  if (request.name !== 'TransactWriteItemsCommand') return undefined;
  const isRefused = request.input.TransactItems?.some(
    ({ Put }) => Put?.Item?.['metadata']?.M?.['refused'] !== undefined,
  );
  return isRefused === true ? { when: 'before', error: validationException() } : undefined;
}
