import {
  CreateQueueCommand,
  DeleteQueueCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';

import { ACCOUNT_ID, arn, nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { ResourceInputs } from '../resource-inputs.ts';
import type { ResourceProvider, StackContext } from '../stack-context.ts';

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

const createQueue: ResourceProvider = async ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  const fifo = inputs.flag('fifoQueue', false);
  if (fifo !== name.endsWith('.fifo')) {
    throw new LocalStackError(
      'InvalidResource',
      `Queue "${name}" (${logicalName}): the name of a FIFO queue must end with .fifo, and no other queue's may; fifoQueue is ${String(fifo)}.`,
    );
  }
  await stack.sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: queueAttributes(inputs),
      tags: inputs.textRecord('tags'),
    }),
  );
  const url = queueUrl(stack, name);
  setQueuePolicy(stack, name, inputs.optionalText('policy'));
  stack.onRemove('sqs', () => stack.sqs.send(new DeleteQueueCommand({ QueueUrl: url })));
  return { id: url, outputs: { name, url, arn: arn('sqs', stack.region, name) } };
};

/** Puts one attribute of a queue that a resource of its own declares. */
function attributeResource(input: string, attribute: string): ResourceProvider {
  return async ({ inputs }, stack) => {
    const url = inputs.text('queueUrl');
    await stack.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: url,
        Attributes: { [attribute]: inputs.text(input) },
      }),
    );
    if (attribute === 'Policy') setQueuePolicy(stack, nameFromArn(url), inputs.text(input));
    return { id: url, outputs: {} };
  };
}

/** The engine keeps a queue's policy and asks nobody; the gateway does. */
function setQueuePolicy(stack: StackContext, name: string, policy: string | undefined): void {
  if (policy === undefined) return;
  stack.resourcePolicies.set(arn('sqs', stack.region, name), `queue/${name}`, policy);
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

/** Queue URLs carry the gateway's address: an SDK calls the host in the URL, whatever its endpoint setting. */
export function queueUrl(
  stack: { readonly endpoints: Pick<StackContext['endpoints'], 'sqs'> },
  queueNameOrArn: string,
): string {
  return `${stack.endpoints.sqs}/${ACCOUNT_ID}/${nameFromArn(queueNameOrArn)}`;
}

export const sqsResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:sqs/queue:Queue': createQueue,
  'aws:sqs/queuePolicy:QueuePolicy': attributeResource('policy', 'Policy'),
  'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy': attributeResource(
    'redriveAllowPolicy',
    'RedriveAllowPolicy',
  ),
  'aws:sqs/redrivePolicy:RedrivePolicy': attributeResource('redrivePolicy', 'RedrivePolicy'),
};
