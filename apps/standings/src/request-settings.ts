import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * For every function here. The SDK may repeat a request whose answer was lost: a conditional write that did succeed
 * then fails its condition, the player is read again, and there is nothing left to write.
 */
export const REQUEST_SETTINGS = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const satisfies DynamoDBClientConfig;
