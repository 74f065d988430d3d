import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 1 }));
const processor = new SqsFifoPartialProcessorAsync();

/**
 * What a team writes in an afternoon: Powertools' processor for FIFO queues, and one conditional put for each record. It has
 * the order of the queue, and drops a repeat of an event id. It has no versions, no fence, no reasons for dead letters, no
 * ledger beside the marker.
 */
export const handler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, put, processor, {
    context,
    skipGroupOnError: true,
    throwOnFullBatchFailure: false,
  });

async function put({ body, messageId }: SQSRecord): Promise<void> {
  const update = JSON.parse(body) as Record<string, unknown>;
  try {
    await client.send(
      new PutCommand({
        TableName: process.env['DYNAMODB_TABLE_NAME'],
        Item: { ...update, message_id: messageId, processed_at: Date.now() },
        ConditionExpression: 'attribute_not_exists(player_id)',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
