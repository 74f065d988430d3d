/** The SQS message attributes (DataType `String`) that explain why a message is in the dead-letter queue. */
export const DEAD_LETTER_ATTRIBUTES = {
  errorType: 'error_type',
  errorReason: 'error_reason',
  messageGroupId: 'message_group_id',
} as const;

/**
 * Why a function put a message into its dead-letter queue. The projector uses `InvalidMessage` and `RecordRefused`.
 *
 * - `InvalidMessage`: it violates the contract; a redrive cannot succeed.
 * - `EventIdReused`: its player already has this event id with other content.
 * - `TransientFailure`: the ledger was unavailable until the last receive; redrive it.
 * - `RecordRefused`: the ledger rejects this record and always will; in the projector, an item of its player is damaged.
 * - `Superseded`: a later message of its player was settled first, so it may not be written any more in its place.
 */
export type DeadLetterErrorType =
  'InvalidMessage' | 'EventIdReused' | 'TransientFailure' | 'RecordRefused' | 'Superseded';
