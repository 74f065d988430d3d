import {
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';

import { waitFor, RestoreError, type RestoreAccount } from './account.ts';
import type { RestoreNames } from './names.ts';

/**
 * The event source mapping from the main queue to the processor.
 *
 * @throws {RestoreError} when there is none, or more than one
 */
export async function processorMapping(
  { processor }: RestoreNames,
  { lambda }: RestoreAccount,
): Promise<EventSourceMappingConfiguration> {
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: processor }),
  );
  const [mapping, ...others] = EventSourceMappings;
  if (mapping !== undefined && others.length === 0) return mapping;
  throw new RestoreError(
    `${processor} has ${EventSourceMappings.length} event source mappings, not 1. Check --environment, AWS_PROFILE and AWS_REGION, ` +
      'or run infra:up first.',
  );
}

export function isPaused({ State }: EventSourceMappingConfiguration): boolean {
  return State === 'Disabled';
}

/**
 * Disables the mapping of the processor, and waits until no update is being written and none is on its way to the standings.
 * Updates wait in the main queue, 4 days at most.
 */
export async function pause(names: RestoreNames, account: RestoreAccount): Promise<void> {
  const mapping = await processorMapping(names, account);
  if (!isPaused(mapping)) {
    if (mapping.State !== 'Disabling') {
      await account.lambda.send(
        new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: false }),
      );
    }
    await waitFor(
      `the mapping of ${names.processor} is disabled`,
      async () => isPaused(await processorMapping(names, account)) || undefined,
      account,
    );
  }
  await waitFor(
    `no message of ${names.updates} is in flight`,
    async () =>
      (await messagesIn(names.updates, ['ApproximateNumberOfMessagesNotVisible'], account)) === 0 ||
      undefined,
    account,
  );
  await waitFor(
    `${names.standingsQueue} is empty`,
    async () =>
      (await messagesIn(
        names.standingsQueue,
        ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        account,
      )) === 0 || undefined,
    account,
  );
}

type CountAttribute = 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible';

async function messagesIn(
  queue: string,
  counts: CountAttribute[],
  { sqs }: RestoreAccount,
): Promise<number> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: counts }),
  );
  return counts.reduce((sum, count) => sum + Number(Attributes[count]), 0);
}
