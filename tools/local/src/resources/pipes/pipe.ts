import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SQSClient } from '@aws-sdk/client-sqs';

import { arn } from '../../shared/arn.ts';
import { LocalStackError, messageOf } from '../../shared/errors.ts';
import type { ResourceInputs } from '../resource-inputs.ts';
import { queueUrl } from '../sqs/queue.ts';
import type { ResourceProvider, StackContext } from '../stack-context.ts';
import { compileEventPattern } from '../../services/pipes/event-pattern.ts';
import { compileInputTemplate } from '../../services/pipes/input-template.ts';
import { inOrderOnce, PipeChaos, type Delivery } from '../../services/pipes/pipe-chaos.ts';
import { QueueTarget } from '../../services/pipes/queue-target.ts';
import { parameterReader } from '../../services/pipes/record-path.ts';
import { StreamReader } from '../../services/pipes/stream-reader.ts';
import type { StreamRecord } from '../../services/pipes/stream-record.ts';

/** The most that an SQS target takes at once, and so the most that its source may batch ("Amazon EventBridge Pipes batching and concurrency"). */
const MAX_BATCH_SIZE = 10;

const createPipe: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  const source = inputs.text('source');
  const target = inputs.text('target');
  inputs.refuse('enrichment', 'it has no enrichment stage.');
  const engineStreamArn = stack.engineStreamArns.get(source);
  if (engineStreamArn === undefined || !target.startsWith('arn:aws:sqs:')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Pipe "${name}": the local stack connects the stream of a table of the program to a queue, not ${source} to ${target}.`,
    );
  }
  const parameters = inputs.child('sourceParameters');
  const stream = parameters?.child('dynamodbStreamParameters');
  if (stream === undefined) {
    throw invalidPipe(
      name,
      'a stream as its source needs sourceParameters.dynamodbStreamParameters',
    );
  }
  const filters = (parameters?.child('filterCriteria')?.children('filters') ?? []).map((filter) =>
    compileEventPattern(filter.text('pattern')),
  );
  const batchSize = stream.optionalNumber('batchSize') ?? 1;
  if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
    throw invalidPipe(
      name,
      `EventBridge allows a pipe to SQS batches of 1 to 10 records; batchSize is ${String(batchSize)}`,
    );
  }
  const pipeArn = arn('pipes', stack.region, `pipe/${name}`);
  const credentials = stack.credentials.issue({
    functionName: name,
    roleArn: inputs.text('roleArn'),
  });
  const sqs = new SQSClient({ region: stack.region, credentials, endpoint: stack.endpoints.sqs });
  const streams = new DynamoDBStreamsClient({
    region: stack.region,
    credentials,
    endpoint: stack.endpoints.dynamodb,
  });
  const pipe = new Pipe({
    batchSize,
    matches: (record) => filters.length === 0 || filters.some((matches) => matches(record)),
    chaos: stack.pipeChaosSeed === undefined ? undefined : new PipeChaos(stack.pipeChaosSeed),
    target: new QueueTarget({
      sqs,
      pipeArn,
      streamArn: source,
      queueUrl: queueUrl(stack, target),
      ...retryRules(name, stream, stack),
      ...messageParameters(name, target, inputs),
      report: (message) => {
        stack.report(message);
      },
    }),
  });
  const reader = new StreamReader({
    streams,
    engineStreamArn,
    streamArn: source,
    region: stack.region,
    startingPosition: startingPosition(name, stream),
    onRecords: (records, shardId) => pipe.take(records, shardId),
    onError: (error) => {
      stack.report(`Pipe ${name} could not read its stream: ${messageOf(error)}`);
    },
  });
  if ((inputs.optionalText('desiredState') ?? 'RUNNING') === 'RUNNING') {
    stack.onReady(() => {
      reader.start();
    });
  }
  stack.onStop(async () => {
    pipe.stop();
    await reader.stop();
    sqs.destroy();
    streams.destroy();
  });
  return { id: name, outputs: { name, arn: pipeArn } };
};

function startingPosition(name: string, stream: ResourceInputs): 'TRIM_HORIZON' | 'LATEST' {
  const position = stream.text('startingPosition');
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return position;
  throw invalidPipe(name, `startingPosition must be TRIM_HORIZON or LATEST, not ${position}`);
}

function retryRules(name: string, stream: ResourceInputs, stack: StackContext) {
  const deadLetterArn = stream.child('deadLetterConfig')?.text('arn');
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
    bisects: stream.optionalText('onPartialBatchItemFailure') === 'AUTOMATIC_BISECT',
    deadLetterQueueUrl: deadLetterArn === undefined ? undefined : queueUrl(stack, deadLetterArn),
  };
}

/** Pipes writes "no limit" as -1, which is its default. */
function unlimitedIfNegative(limit = -1): number {
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
}

function messageParameters(name: string, target: string, inputs: ResourceInputs) {
  const parameters = inputs.child('targetParameters');
  const template = parameters?.optionalText('inputTemplate');
  const queue = parameters?.child('sqsQueueParameters');
  const groupId = queue?.optionalText('messageGroupId');
  const deduplicationId = queue?.optionalText('messageDeduplicationId');
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

interface PipeOptions {
  readonly batchSize: number;
  readonly matches: (record: StreamRecord) => boolean;
  readonly chaos: PipeChaos | undefined;
  readonly target: QueueTarget;
}

/** From what a stream had to what its target gets. */
class Pipe {
  readonly #options: PipeOptions;
  readonly #stopped = new AbortController();

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** @param records of one read; none when the stream is at rest. */
  async take(records: readonly StreamRecord[], shardId: string): Promise<void> {
    const { batchSize, matches, chaos } = this.#options;
    const matching = records.filter(matches);
    for (let start = 0; start < matching.length; start += batchSize) {
      const batch = matching.slice(start, start + batchSize);
      await this.#deliver(chaos?.disturb(batch) ?? batch.map(inOrderOnce), shardId);
    }
    if (matching.length === 0 && chaos !== undefined) await this.#deliver(chaos.rest(), shardId);
  }

  async #deliver(deliveries: readonly Delivery[], shardId: string): Promise<void> {
    const { batchSize, target } = this.#options;
    for (let start = 0; start < deliveries.length; start += batchSize) {
      const batch = deliveries.slice(start, start + batchSize);
      await target.deliver(batch, shardId, this.#stopped.signal);
    }
  }
}

export const pipeResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:pipes/pipe:Pipe': createPipe,
};
