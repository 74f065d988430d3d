/**
 * Settings of an AWS client. A request without a response in 3 s fails and is retried or not, by the number of attempts:
 * one lost response does not use up the invocation.
 *
 * @param maxAttempts requests per call, the first one included. What makes a repetition safe is the caller's to know
 * @example
 * const dynamodb = new DynamoDBClient(clientSettings({ maxAttempts: 3 }));
 */
export function clientSettings({ maxAttempts }: { readonly maxAttempts: number }) {
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  };
}
