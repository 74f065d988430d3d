import { nameFromArn } from '../../../shared/arn.ts';
import type { ResourceNames } from '../resource-names.ts';
import {
  stringOf,
  type AccessRequest,
  type ApiCall,
  type OperationRule,
  type Operations,
} from './operation.ts';

/** An operation on the queue of the request; a batch needs the permission of the single operation, once. */
function onQueue(action: string): OperationRule {
  return (call, names) =>
    onQueueNamed(action, stringOf(call.input['QueueUrl']) ?? queuePath(call), names);
}

function onQueueNamed(
  action: string,
  queue: string | undefined,
  names: ResourceNames,
): AccessRequest[] {
  if (queue === undefined) return [];
  return [{ action: `sqs:${action}`, resource: names.arn('sqs', nameFromArn(queue)) }];
}

/** In the query protocol the path may name the queue: `/000000000000/leaderboard-dlq-dev.fifo`. */
function queuePath({ path }: ApiCall): string | undefined {
  return /^\/\d{12}\/[^/?]+/.exec(path)?.[0];
}

/** A move takes messages out of its source and sends them, with the caller's permissions. */
const onMove: OperationRule = ({ input }, names) => {
  const source = stringOf(input['SourceArn']);
  const taken = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
  return [
    ...taken.flatMap((action) => onQueueNamed(action, source, names)),
    ...onQueueNamed('SendMessage', stringOf(input['DestinationArn']), names),
  ];
};

/** Amazon SQS API permissions ("Amazon SQS API permissions: Actions and resource reference"). */
export const sqsOperations: Operations = {
  ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
  CreateQueue: ({ input }, names) =>
    onQueueNamed('CreateQueue', stringOf(input['QueueName']), names),
  DeleteMessage: onQueue('DeleteMessage'),
  DeleteMessageBatch: onQueue('DeleteMessage'),
  DeleteQueue: onQueue('DeleteQueue'),
  GetQueueAttributes: onQueue('GetQueueAttributes'),
  GetQueueUrl: ({ input }, names) =>
    onQueueNamed('GetQueueUrl', stringOf(input['QueueName']), names),
  ListDeadLetterSourceQueues: onQueue('ListDeadLetterSourceQueues'),
  ListMessageMoveTasks: ({ input }, names) =>
    onQueueNamed('ListMessageMoveTasks', stringOf(input['SourceArn']), names),
  ListQueueTags: onQueue('ListQueueTags'),
  ListQueues: () => [{ action: 'sqs:ListQueues', resource: '*' }],
  PurgeQueue: onQueue('PurgeQueue'),
  ReceiveMessage: onQueue('ReceiveMessage'),
  SendMessage: onQueue('SendMessage'),
  SendMessageBatch: onQueue('SendMessage'),
  SetQueueAttributes: onQueue('SetQueueAttributes'),
  StartMessageMoveTask: onMove,
  TagQueue: onQueue('TagQueue'),
  UntagQueue: onQueue('UntagQueue'),
};
