import type { TableCatalog } from '../../services/dynamodb/table-catalog.ts';
import type { Gateway } from '../../services/gateway/gateway.ts';
import { compileEventPattern } from '../../services/pipes/event-pattern.ts';
import { compileInputTemplate } from '../../services/pipes/input-template.ts';
import { PipeChaos } from '../../services/pipes/pipe-chaos.ts';
import { Pipe } from '../../services/pipes/pipe.ts';
import { QueueTarget } from '../../services/pipes/queue-target.ts';
import { parameterReader } from '../../services/pipes/record-path.ts';
import { StreamReader } from '../../services/pipes/stream-reader.ts';
import { queueUrl } from '../../services/sqs/queue-url.ts';
import { arn } from '../../shared/arn.ts';
import { LocalStackError, messageOf } from '../../shared/errors.ts';
import type { Lifecycle } from '../../shared/lifecycle.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

export interface PipeProviderOptions {
  readonly region: string;
  readonly gateways: { readonly sqs: Gateway; readonly dynamodb: Gateway };
  readonly tables: TableCatalog;
  /** With a seed, pipes deliver twice and out of order. */
  readonly chaosSeed: number | undefined;
  readonly lifecycle: Lifecycle;
  readonly report: (message: string) => void;
}

export function pipeProviders(options: PipeProviderOptions): ResourceProviders {
  return { 'aws:pipes/pipe:Pipe': (resource) => createPipe(resource, options) };
}

/** The largest batch of an SQS target, and so of its source ("Amazon EventBridge Pipes batching and concurrency"). */
const MAX_BATCH_SIZE = 10;

function createPipe(resource: ResourceRequest, options: PipeProviderOptions): CreatedResource {
  const { inputs } = resource;
  const { region, gateways, tables, chaosSeed, lifecycle, report } = options;
  const name = nameOf(resource);
  const source = inputs.string('source');
  const target = inputs.string('target');
  inputs.unsupported('enrichment', 'it has no enrichment stage.');
  const engineStreamArn = tables.engineStreamArn(source);
  if (engineStreamArn === undefined || !target.startsWith('arn:aws:sqs:')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Pipe "${name}": the local stack connects the stream of a table of the program to a queue, not ${source} to ${target}.`,
    );
  }
  const stream = inputs.child('sourceParameters')?.child('dynamodbStreamParameters');
  if (stream === undefined) {
    throw invalidPipe(
      name,
      'a stream as its source needs sourceParameters.dynamodbStreamParameters',
    );
  }
  const pipeArn = arn('pipes', region, `pipe/${name}`);
  const caller = { sessionName: name, roleArn: inputs.string('roleArn') };
  const pipe = new Pipe({
    batchSize: batchSizeOf(name, stream),
    matches: recordFilter(inputs),
    chaos: chaosSeed === undefined ? undefined : new PipeChaos(chaosSeed),
    target: new QueueTarget({
      sqs: gateways.sqs.callAs(caller, 'AmazonSQS'),
      pipeArn,
      streamArn: source,
      queueUrl: queueUrl(gateways.sqs.url, target),
      ...retryRules(name, stream, gateways.sqs.url),
      ...messageParameters(name, target, inputs),
      report,
    }),
  });
  const reader = new StreamReader({
    streams: gateways.dynamodb.callAs(caller, 'DynamoDBStreams_20120810'),
    engineStreamArn,
    streamArn: source,
    region,
    startingPosition: startingPosition(name, stream),
    onRecords: (records, shardId) => pipe.take(records, shardId),
    onError: (error) => {
      report(`Pipe ${name} could not read its stream: ${messageOf(error)}`);
    },
  });
  if ((inputs.optionalString('desiredState') ?? 'RUNNING') === 'RUNNING') {
    lifecycle.onReady(() => {
      reader.start();
    });
  }
  lifecycle.onStop(async () => {
    pipe.stop();
    await reader.stop();
  });
  return { id: name, outputs: { name, arn: pipeArn } };
}

function batchSizeOf(name: string, stream: ResourceInputs): number {
  const batchSize = stream.optionalNumber('batchSize') ?? 1;
  if (batchSize >= 1 && batchSize <= MAX_BATCH_SIZE) return batchSize;
  throw invalidPipe(
    name,
    `EventBridge allows a pipe to SQS batches of 1 to 10 records; batchSize is ${String(batchSize)}`,
  );
}

/** A record passes if it matches one of the filters; without filters, every record passes. */
function recordFilter(inputs: ResourceInputs): (record: unknown) => boolean {
  const criteria = inputs.child('sourceParameters')?.child('filterCriteria');
  const filters = (criteria?.children('filters') ?? []).map((filter) =>
    compileEventPattern(filter.string('pattern')),
  );
  return (record) => filters.length === 0 || filters.some((matches) => matches(record));
}

function startingPosition(name: string, stream: ResourceInputs): 'TRIM_HORIZON' | 'LATEST' {
  const position = stream.string('startingPosition');
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return position;
  throw invalidPipe(name, `startingPosition must be TRIM_HORIZON or LATEST, not ${position}`);
}

function retryRules(name: string, stream: ResourceInputs, sqsEndpoint: string) {
  const deadLetterArn = stream.child('deadLetterConfig')?.string('arn');
  if (deadLetterArn?.endsWith('.fifo') === true) {
    throw invalidPipe(
      name,
      `the dead-letter queue of a pipe must be a standard queue, not ${deadLetterArn}`,
    );
  }
  return {
    maximumRetryAttempts: unlimitedIfNegative(stream.optionalNumber('maximumRetryAttempts')),
    maximumRecordAgeMs:
      unlimitedIfNegative(stream.optionalNumber('maximumRecordAgeInSeconds')) * 1_000,
    bisects: stream.optionalString('onPartialBatchItemFailure') === 'AUTOMATIC_BISECT',
    deadLetterQueueUrl:
      deadLetterArn === undefined ? undefined : queueUrl(sqsEndpoint, deadLetterArn),
  };
}

/** For Pipes -1 means "no limit", and is the default. */
function unlimitedIfNegative(limit = -1): number {
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
}

function messageParameters(name: string, target: string, inputs: ResourceInputs) {
  const parameters = inputs.child('targetParameters');
  const template = parameters?.optionalString('inputTemplate');
  const queue = parameters?.child('sqsQueueParameters');
  const groupId = queue?.optionalString('messageGroupId');
  const deduplicationId = queue?.optionalString('messageDeduplicationId');
  if (target.endsWith('.fifo') && groupId === undefined) {
    throw invalidPipe(name, 'a FIFO queue as its target needs sqsQueueParameters.messageGroupId');
  }
  return {
    messageBody: template === undefined ? JSON.stringify : compileInputTemplate(template),
    messageGroupId: groupId === undefined ? undefined : parameterReader(groupId),
    messageDeduplicationId:
      deduplicationId === undefined ? undefined : parameterReader(deduplicationId),
  };
}

function invalidPipe(name: string, problem: string): LocalStackError {
  return new LocalStackError('InvalidResource', `Pipe "${name}": ${problem}.`);
}
