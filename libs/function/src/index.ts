export { ConfigurationError } from './environment/configuration-error.ts';
export {
  EnvironmentReader,
  type Environment,
  type TelemetryNames,
} from './environment/environment-reader.ts';
export type { DeadLetter, DeadLetterQueue } from './dead-letter.ts';
export { toQueueRecord, type QueueRecord } from './queue-record.ts';
export { SqsDeadLetterQueue } from './sqs-dead-letter-queue.ts';
export { tableIdentity } from './table-identity.ts';
