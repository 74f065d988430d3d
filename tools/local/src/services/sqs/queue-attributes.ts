import { SqsError } from './sqs-error.ts';
import { MAX_BYTES } from './sqs-request.ts';

export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: String(MAX_BYTES),
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
};

export const DEFAULT_FIFO_ATTRIBUTES: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/** Smallest and largest values ("SetQueueAttributes"). */
const ATTRIBUTE_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1_024, MAX_BYTES],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};

/** @throws SqsError for a value outside of its range. */
export function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, [least, most]] of Object.entries(ATTRIBUTE_RANGES)) {
    const value = attributes[name];
    if (value === undefined) continue;
    if (!Number.isInteger(Number(value)) || Number(value) < least || Number(value) > most) {
      throw new SqsError(
        'InvalidAttributeValue',
        `Invalid value for the parameter ${name}: ${value}. It must be between ${String(least)} and ${String(most)}.`,
      );
    }
  }
}
