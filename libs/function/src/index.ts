export { clientSettings, objectStorageSettings } from './client-settings.ts';
export {
  SqsDeadLetterQueue,
  type DeadLetter,
  type DeadLetterQueue,
  type Delivery,
  type SqsDeadLetterQueueOptions,
} from './dead-letter-queue.ts';
export { ConfigurationError } from './environment/configuration-error.ts';
export {
  EnvironmentReader,
  type Environment,
  type TelemetryNames,
} from './environment/environment-reader.ts';
export { createFifoHandler, type FifoHandler, type FifoHandlerOptions } from './fifo-handler.ts';
export { toQueueRecord, UnsupportedEventSourceError, type QueueRecord } from './queue-record.ts';
export { SYSTEM_RUNTIME, uniqueId, type Runtime } from './runtime.ts';
export { tableIdentity } from './table-identity.ts';
export { asError, createTelemetry, duringInvocation, type Telemetry } from './telemetry.ts';
