import { randomUUID } from 'node:crypto';

import type { Gateway } from '../../services/gateway/gateway.ts';
import type { FunctionHost } from '../../services/lambda/function-host.ts';
import { SqsPoller, type RetryImmediately } from '../../services/lambda/sqs-poller.ts';
import { queueUrl } from '../../services/sqs/queue-url.ts';
import { arn, nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { Lifecycle } from '../../shared/lifecycle.ts';
import type { CreatedResource, ResourceRequest } from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

export interface EventSourceMappingOptions {
  readonly region: string;
  readonly gateways: { readonly sqs: Gateway };
  /** By name. */
  readonly functions: ReadonlyMap<string, FunctionHost>;
  readonly retryImmediately: RetryImmediately | undefined;
  readonly lifecycle: Lifecycle;
  readonly report: (message: string) => void;
}

/**
 * A mapping without a maximum keeps polling, whatever the function's reserved concurrency: batches are then throttled and
 * use up their receives, as on AWS. This is where Lambda stops ("Lambda quotas": concurrent executions).
 */
const CONCURRENCY_WITHOUT_MAXIMUM = 1_000;

/** Lambda's default batch size for SQS, and the most messages that one ReceiveMessage call returns. */
const SQS_BATCH_SIZE = 10;

export function createEventSourceMapping(
  { name, inputs }: ResourceRequest,
  options: EventSourceMappingOptions,
): CreatedResource {
  const { region, gateways, functions, lifecycle } = options;
  const source = inputs.string('eventSourceArn');
  if (!source.startsWith('arn:aws:sqs:')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Event source mapping "${name}": the local stack polls SQS queues, not ${source}.`,
    );
  }
  inputs.unsupported('filterCriteria', 'filter in the function.');
  const functionName = nameFromArn(inputs.string('functionName'));
  const host = functions.get(functionName);
  if (host === undefined) {
    throw new LocalStackError(
      'InvalidResource',
      `Event source mapping "${name}": the program has no function "${functionName}".`,
    );
  }
  const batchSize = checkedBatchSize(name, source, inputs);
  const maximumConcurrency = inputs.child('scalingConfig')?.optionalNumber('maximumConcurrency');
  const caller = { sessionName: functionName, roleArn: host.settings.roleArn };
  const poller = new SqsPoller({
    sqs: gateways.sqs.callAs(caller, 'AmazonSQS'),
    queueUrl: queueUrl(gateways.sqs.url, source),
    queueArn: source,
    region,
    function: host,
    batchSize,
    maximumConcurrency: maximumConcurrency ?? CONCURRENCY_WITHOUT_MAXIMUM,
    reportsItemFailures: inputs
      .strings('functionResponseTypes')
      .includes('ReportBatchItemFailures'),
    report: options.report,
    retryImmediately: options.retryImmediately,
  });
  if (inputs.boolean('enabled', true)) {
    lifecycle.onReady(() => {
      poller.start();
    });
  }
  lifecycle.onStop(() => poller.stop());
  const uuid = randomUUID();
  return {
    id: uuid,
    outputs: {
      uuid,
      arn: arn('lambda', region, `event-source-mapping:${uuid}`),
      functionArn: host.settings.arn,
      batchSize,
    },
  };
}

function checkedBatchSize(name: string, source: string, inputs: ResourceInputs): number {
  const batchSize = inputs.optionalNumber('batchSize') ?? SQS_BATCH_SIZE;
  const windowSeconds = inputs.optionalNumber('maximumBatchingWindowInSeconds') ?? 0;
  if (batchSize < 1 || batchSize > SQS_BATCH_SIZE || windowSeconds > 0) {
    const rule = source.endsWith('.fifo')
      ? 'Lambda allows a FIFO queue batches of 1 to 10 and no batching window'
      : 'the local stack has batches of 1 to 10 and no batching window';
    throw new LocalStackError(
      'InvalidResource',
      `Event source mapping "${name}": ${rule}; batchSize is ${String(batchSize)}, maximumBatchingWindowInSeconds is ${String(windowSeconds)}.`,
    );
  }
  return batchSize;
}
