/** Attributes of a ledger item that the standings use. */
const ATTRIBUTES = [
  'player_id',
  'timestamp',
  'version',
  'game_id',
  'score',
  'update_type',
  'occurred_at',
];

/**
 * Input template of the pipe from the ledger to the standings: the `standings-event` of the contracts. Only what the
 * projector reads is sent. A ledger item also holds free text of producers, and a character in it that SQS refuses would
 * stop the pipe for its whole shard.
 *
 * Attributes are taken as whole objects (`{"S": "chess"}`): a text by itself would need quotes, a number none. Paths keep
 * their place, so that the message group id and the deduplication id are found in the event and in the record alike.
 */
export function standingsEventTemplate(): string {
  const image = ATTRIBUTES.map((name) => `"${name}": <$.dynamodb.NewImage.${name}>`).join(', ');
  return [
    '{',
    '"eventID": "<$.eventID>", "eventName": "<$.eventName>", "eventSource": "<$.eventSource>", ',
    `"dynamodb": {"Keys": <$.dynamodb.Keys>, "NewImage": {${image}}}`,
    '}',
  ].join('');
}
