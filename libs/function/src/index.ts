export type { DeadLetter, DeadLetterQueue } from './dead-letter.ts';
export { toQueueRecord, UnsupportedEventSourceError, type QueueRecord } from './queue-record.ts';
export { SqsDeadLetterQueue, type SqsDeadLetterQueueOptions } from './sqs-dead-letter-queue.ts';
export { tableIdentity } from './table-identity.ts';
