/** Checked by tsc only: what must and what must not type-check for a user of the package. */
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  createProducer,
  LeaderboardSendError,
  LeaderboardValidationError,
  type LeaderboardUpdate,
  type LeaderboardUpdateInput,
  type Producer,
} from './index.ts';

declare const producer: Producer;
declare const outside: unknown;
const queueUrl = 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-updates-dev.fifo';
const client = new SQSClient({ region: 'us-west-1', maxAttempts: 1 });

createProducer({ queueUrl });
createProducer({ queueUrl, client });
createProducer({ queueUrl, region: 'us-west-1', endpoint: 'http://127.0.0.1:4566' });
createProducer({ queueUrl, region: process.env['AWS_REGION'] });
createProducer({ queueUrl, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
// @ts-expect-error -- the queue is needed
createProducer({ region: 'us-west-1' });
// @ts-expect-error -- the region is the client's
createProducer({ queueUrl, client, region: 'us-west-1' });
// @ts-expect-error -- the credentials are the client's
createProducer({ queueUrl, client, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
// @ts-expect-error -- the endpoint is the client's
createProducer({ queueUrl, client, endpoint: 'http://127.0.0.1:4566' });
// @ts-expect-error -- no such policy
createProducer({ queueUrl, whenFull: 'drop' });
// @ts-expect-error -- no such option
createProducer({ queueUrl, linger: 5 });

void producer.sendLeaderboardUpdate({ player_id: 'p', game_id: 'g', score: 0 });
// @ts-expect-error -- the score is needed
void producer.sendLeaderboardUpdate({ player_id: 'p', game_id: 'g' });
// @ts-expect-error -- a score is a number
void producer.sendLeaderboardUpdate({ player_id: 'p', game_id: 'g', score: '0' });
// @ts-expect-error -- fields are spelled as on the wire
void producer.sendLeaderboardUpdate({ playerId: 'p', game_id: 'g', score: 0 });

if (LeaderboardSendError.isInstance(outside)) {
  const complete: LeaderboardUpdate = outside.update;
  const again: LeaderboardUpdateInput = complete;
  void producer.sendLeaderboardUpdate(again);
}
if (LeaderboardValidationError.isInstance(outside)) {
  // @ts-expect-error -- an invalid update is not one to send again
  void producer.sendLeaderboardUpdate(outside.update);
}
void producer.sendLeaderboardUpdates([]).then(([outcome]) => {
  // @ts-expect-error -- the status has to be looked at first
  void outcome?.sent;
  if (outcome?.status === 'sent') void outcome.sent.sequence_number.padStart(20, '0');
  if (outcome?.status === 'failed') void outcome.error.code;
});
