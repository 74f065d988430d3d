import { createHash } from 'node:crypto';

import type { _Record as SdkRecord } from '@aws-sdk/client-dynamodb-streams';

/** A record of a DynamoDB stream as a pipe delivers it: DynamoDB JSON, times in seconds, binary values in base64. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly [attribute: string]: unknown;
  };
  readonly eventSourceARN: string;
}

/** On AWS an event id is 32 hexadecimal digits, unique in the region; an engine numbers its records. */
export function toStreamRecord(record: SdkRecord, streamArn: string, region: string): StreamRecord {
  const { ApproximateCreationDateTime, Keys, SequenceNumber = '', ...rest } = record.dynamodb ?? {};
  return {
    eventID: createHash('md5').update(`${streamArn}#${SequenceNumber}`).digest('hex'),
    eventName: record.eventName ?? '',
    eventVersion: record.eventVersion ?? '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(
        (ApproximateCreationDateTime?.getTime() ?? 0) / 1_000,
      ),
      Keys: plain(Keys) as Record<string, unknown>,
      ...(plain(rest) as object),
      SequenceNumber,
    },
    eventSourceARN: streamArn,
  };
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
