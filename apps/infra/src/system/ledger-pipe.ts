import { LEDGER_TABLE, LEDGER_UPDATE_ATTRIBUTES } from '@leaderboard/tables';

import { StreamPipe, type StreamPipeArgs } from '../components/stream-pipe.ts';
import type { StackScope } from './stack-scope.ts';

/** Declares the pipe that sends inserts of the ledger to the queue of the standings. */
export function declareLedgerPipe(
  { config, named, alarms, tags, opts }: StackScope,
  parts: Pick<StreamPipeArgs, 'source' | 'target' | 'deadLetters' | 'consumer'>,
): void {
  const { partitionKey } = LEDGER_TABLE;
  new StreamPipe(
    'ledger-to-standings',
    {
      ...parts,
      name: named('ledger-to-standings'),
      pattern: { eventName: ['INSERT'] },
      inputTemplate: standingsEventTemplate(),
      messageGroupId: `$.dynamodb.Keys.${partitionKey.name}.${partitionKey.type}`,
      batchSize: config.pipeBatchSize,
      parallelizationFactor: config.pipeParallelizationFactor,
      maximumRetryAttempts: config.pipeMaximumRetryAttempts,
      maximumRecordAgeSeconds: config.pipeMaximumRecordAgeSeconds,
      permissionsBoundary: config.permissionsBoundaryArn,
      alarms,
      tags,
    },
    opts,
  );
}

/**
 * Input template of the pipe: the `standings-event` of the contracts. Only what the projector reads is sent. A ledger item
 * also holds free text of producers, and a character in it that SQS rejects would stop the pipe for its whole shard.
 *
 * Attributes are sent as whole objects (`{"S": "chess"}`): a bare string would need quotes, a number none. Paths keep
 * their place, so that the message group id and the deduplication id are found in the event and in the record alike.
 */
function standingsEventTemplate(): string {
  const image = LEDGER_UPDATE_ATTRIBUTES.map(
    (name) => `"${name}": <$.dynamodb.NewImage.${name}>`,
  ).join(', ');
  return [
    '{',
    '"eventID": "<$.eventID>", "eventName": "<$.eventName>", "eventSource": "<$.eventSource>", ',
    `"dynamodb": {"Keys": <$.dynamodb.Keys>, "NewImage": {${image}}}`,
    '}',
  ].join('');
}
