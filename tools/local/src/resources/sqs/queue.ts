import type { CallService } from '../../services/gateway/call-service.ts';
import type { ResourcePolicies } from '../../services/iam/resource-policies.ts';
import { queueUrl } from '../../services/sqs/queue-url.ts';
import { arn, nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

export interface SqsProviderOptions {
  readonly region: string;
  /** Calls SQS as an administrator. */
  readonly sqs: CallService;
  /** Address of the gateway, for the queues' URLs. */
  readonly endpoint: string;
  readonly resourcePolicies: ResourcePolicies;
  /** Registers the removal of a queue, for an engine that outlives the stack. */
  readonly onRemove: (remove: () => Promise<unknown>) => void;
}

export function sqsProviders(options: SqsProviderOptions): ResourceProviders {
  return {
    'aws:sqs/queue:Queue': (resource) => createQueue(resource, options),
    'aws:sqs/queuePolicy:QueuePolicy': (resource) =>
      setAttribute('policy', 'Policy', resource, options),
    'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy': (resource) =>
      setAttribute('redriveAllowPolicy', 'RedriveAllowPolicy', resource, options),
    'aws:sqs/redrivePolicy:RedrivePolicy': (resource) =>
      setAttribute('redrivePolicy', 'RedrivePolicy', resource, options),
  };
}

/** Pulumi input → SQS queue attribute. */
const QUEUE_ATTRIBUTES: Readonly<Record<string, string>> = {
  contentBasedDeduplication: 'ContentBasedDeduplication',
  deduplicationScope: 'DeduplicationScope',
  delaySeconds: 'DelaySeconds',
  fifoQueue: 'FifoQueue',
  fifoThroughputLimit: 'FifoThroughputLimit',
  kmsDataKeyReusePeriodSeconds: 'KmsDataKeyReusePeriodSeconds',
  kmsMasterKeyId: 'KmsMasterKeyId',
  maxMessageSize: 'MaximumMessageSize',
  messageRetentionSeconds: 'MessageRetentionPeriod',
  policy: 'Policy',
  receiveWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
  redriveAllowPolicy: 'RedriveAllowPolicy',
  redrivePolicy: 'RedrivePolicy',
  sqsManagedSseEnabled: 'SqsManagedSseEnabled',
  visibilityTimeoutSeconds: 'VisibilityTimeout',
};

async function createQueue(
  resource: ResourceRequest,
  options: SqsProviderOptions,
): Promise<CreatedResource> {
  const { inputs } = resource;
  const { region, sqs, endpoint, onRemove } = options;
  const name = nameOf(resource);
  const fifo = inputs.boolean('fifoQueue', false);
  if (fifo !== name.endsWith('.fifo')) {
    throw new LocalStackError(
      'InvalidResource',
      `Queue "${name}" (${resource.name}): the name of a FIFO queue must end with .fifo, and no other queue's may; fifoQueue is ${String(fifo)}.`,
    );
  }
  await sqs('CreateQueue', {
    QueueName: name,
    Attributes: queueAttributes(inputs),
    tags: inputs.stringRecord('tags'),
  });
  const url = queueUrl(endpoint, name);
  setQueuePolicy(name, inputs.optionalString('policy'), options);
  onRemove(() => sqs('DeleteQueue', { QueueUrl: url }));
  return { id: url, outputs: { name, url, arn: arn('sqs', region, name) } };
}

/** Sets the one attribute of a queue that is declared as a resource. */
async function setAttribute(
  input: string,
  attribute: string,
  { inputs }: ResourceRequest,
  options: SqsProviderOptions,
): Promise<CreatedResource> {
  const url = inputs.string('queueUrl');
  await options.sqs('SetQueueAttributes', {
    QueueUrl: url,
    Attributes: { [attribute]: inputs.string(input) },
  });
  if (attribute === 'Policy') setQueuePolicy(nameFromArn(url), inputs.string(input), options);
  return { id: url, outputs: {} };
}

/** The engine stores a queue's policy and does not evaluate it; the gateway does. */
function setQueuePolicy(
  name: string,
  policy: string | undefined,
  { region, resourcePolicies }: SqsProviderOptions,
): void {
  if (policy === undefined) return;
  resourcePolicies.set(arn('sqs', region, name), `queue/${name}`, policy);
}

function queueAttributes(inputs: ResourceInputs): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [input, attribute] of Object.entries(QUEUE_ATTRIBUTES)) {
    const value = inputs.raw[input];
    if (value === undefined || value === null) continue;
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new LocalStackError(
        'InvalidResource',
        `Queue attribute "${input}" must be a string, number or boolean, got ${JSON.stringify(value)}.`,
      );
    }
    attributes[attribute] = String(value);
  }
  return attributes;
}
