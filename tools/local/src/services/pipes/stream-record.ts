import { createHash } from 'node:crypto';

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

/** A record as an engine sends it in JSON: the time in seconds, possibly with fractions. */
export interface EngineRecord {
  readonly eventName?: string;
  readonly eventVersion?: string;
  readonly dynamodb?: {
    readonly ApproximateCreationDateTime?: number;
    readonly Keys?: Readonly<Record<string, unknown>>;
    readonly SequenceNumber?: string;
    readonly [attribute: string]: unknown;
  };
}

/** On AWS an event id is 32 hexadecimal digits, unique in the region; an engine numbers its records. */
export function toStreamRecord(
  { eventName = '', eventVersion = '1.1', dynamodb = {} }: EngineRecord,
  streamArn: string,
  region: string,
): StreamRecord {
  const { ApproximateCreationDateTime = 0, Keys = {}, SequenceNumber = '', ...rest } = dynamodb;
  return {
    eventID: createHash('md5').update(`${streamArn}#${SequenceNumber}`).digest('hex'),
    eventName,
    eventVersion,
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(ApproximateCreationDateTime),
      Keys,
      ...rest,
      SequenceNumber,
    },
    eventSourceARN: streamArn,
  };
}
