import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  messageGroupId,
  type DeadLetterErrorType,
  type LeaderboardUpdate,
} from '@leaderboard/contracts';
import type { DeadLetter } from './read-back.ts';

/** Messages of each kind that the demo sends. */
const OF_EACH_KIND = 10;

export interface Trouble {
  repeated: LeaderboardUpdate[];
  wrongOnPurpose: DeadLetter[];
}

/**
 * What the SDK would never send, put straight on the queue: the same update again as if SQS had forgotten it
 * (its deduplication lasts 5 minutes), the same event id with another score, and messages that break the contract.
 *
 * One of each player at most, so that every dead letter is the first of its group and can be read.
 *
 * @param sent updates that are already in the queue
 * @returns the updates that were sent again, and the messages that must be rejected
 */
export async function makeTrouble(
  client: SQSClient,
  queueUrl: string,
  sent: readonly LeaderboardUpdate[],
): Promise<Trouble> {
  const ofPlayers = [...new Map(sent.map((update) => [update.player_id, update])).values()];
  const late = ofPlayers.slice(0, OF_EACH_KIND);
  const altered = ofPlayers
    .slice(OF_EACH_KIND, 2 * OF_EACH_KIND)
    .map((update) => ({ ...update, score: update.score + 1 }));
  const invalid = ofPlayers
    .slice(2 * OF_EACH_KIND, 3 * OF_EACH_KIND)
    .map((update) => ({ ...update, score: 'a lot' }));

  for (const update of [...late, ...altered, ...invalid]) {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(update),
        MessageGroupId: messageGroupId(update),
        MessageDeduplicationId: randomUUID(),
      }),
    );
  }
  return {
    repeated: late,
    wrongOnPurpose: [
      ...altered.map((update) => asDeadLetter('EventIdReused', update)),
      ...invalid.map((update) => asDeadLetter('InvalidMessage', update)),
    ],
  };
}

function asDeadLetter(errorType: DeadLetterErrorType, message: object): DeadLetter {
  return { errorType, body: JSON.stringify(message) };
}
