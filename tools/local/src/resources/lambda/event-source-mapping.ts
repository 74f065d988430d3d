import { randomUUID } from 'node:crypto';

import { SQSClient } from '@aws-sdk/client-sqs';

import { arn, nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { ResourceInputs } from '../resource-inputs.ts';
import { queueUrl } from '../sqs/queue.ts';
import type { ResourceProvider } from '../stack-context.ts';
import { SqsPoller } from '../../services/lambda/sqs-poller.ts';

/**
 * A mapping without a maximum polls on, whatever the function's reserved concurrency: batches are then throttled and use
 * up their receives, as on AWS. This is where Lambda itself stops ("Lambda quotas": concurrent executions).
 */
const CONCURRENCY_WITHOUT_MAXIMUM = 1_000;

/** Lambda's default batch size for SQS, and the most that one ReceiveMessage call can return. */
const SQS_BATCH_SIZE = 10;

const createEventSourceMapping: ResourceProvider = ({ name, inputs }, stack) => {
  const source = inputs.text('eventSourceArn');
  if (!source.startsWith('arn:aws:sqs:')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Event source mapping "${name}": the local stack polls SQS queues, not ${source}.`,
    );
  }
  inputs.refuse('filterCriteria', 'filter in the function.');
  const functionName = nameFromArn(inputs.text('functionName'));
  const host = stack.functions.get(functionName);
  if (host === undefined) {
    throw new LocalStackError(
      'InvalidResource',
      `Event source mapping "${name}": there is no function "${functionName}" in the program.`,
    );
  }
  const batchSize = checkedBatchSize(name, source, inputs);
  const maximumConcurrency = inputs.child('scalingConfig')?.optionalNumber('maximumConcurrency');
  const sqs = new SQSClient({
    region: stack.region,
    endpoint: stack.endpoints.sqs,
    credentials: stack.credentials.issue({ functionName, roleArn: host.settings.roleArn }),
  });
  const poller = new SqsPoller({
    sqs,
    queueUrl: queueUrl(stack, source),
    queueArn: source,
    region: stack.region,
    function: host,
    batchSize,
    maximumConcurrency: maximumConcurrency ?? CONCURRENCY_WITHOUT_MAXIMUM,
    reportsItemFailures: inputs.texts('functionResponseTypes').includes('ReportBatchItemFailures'),
    report: (message) => {
      stack.report(message);
    },
    retryImmediately: stack.retryImmediately,
  });
  if (inputs.flag('enabled', true)) {
    stack.onReady(() => {
      poller.start();
    });
  }
  stack.onStop(async () => {
    await poller.stop();
    sqs.destroy();
  });
  const uuid = randomUUID();
  return {
    id: uuid,
    outputs: {
      uuid,
      arn: arn('lambda', stack.region, `event-source-mapping:${uuid}`),
      functionArn: host.settings.arn,
      batchSize,
    },
  };
};

function checkedBatchSize(name: string, source: string, inputs: ResourceInputs): number {
  const batchSize = inputs.optionalNumber('batchSize') ?? SQS_BATCH_SIZE;
  const windowSeconds = inputs.optionalNumber('maximumBatchingWindowInSeconds') ?? 0;
  if (batchSize < 1 || batchSize > SQS_BATCH_SIZE || windowSeconds > 0) {
    const rule = source.endsWith('.fifo')
      ? 'Lambda allows a FIFO queue batches of 1 to 10 and no batching window'
      : 'the local stack knows batches of 1 to 10 and no batching window';
    throw new LocalStackError(
      'InvalidResource',
      `Event source mapping "${name}": ${rule}; batchSize is ${String(batchSize)}, maximumBatchingWindowInSeconds is ${String(windowSeconds)}.`,
    );
  }
  return batchSize;
}

export const eventSourceMappingResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:lambda/eventSourceMapping:EventSourceMapping': createEventSourceMapping,
};
