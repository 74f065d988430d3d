import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

type Logger = NonNullable<DynamoDBClientConfig['logger']>;

const nothing = (): void => undefined;

/**
 * Without `info`, on purpose: a client hands it a filtered copy of every input and output, and its own default, which drops
 * them, costs a tenth of the processor's CPU.
 */
const QUIET_LOGGER = { debug: nothing, warn: nothing, error: nothing } as Logger;

/**
 * Settings of an AWS client. A request without a response in 3 s fails and is retried or not, by the number of attempts:
 * one lost response does not use up the invocation. The client logs nothing: the functions do.
 *
 * @param maxAttempts requests per call, the first one included. What makes a repetition safe is the caller's to know
 * @example
 * const dynamodb = new DynamoDBClient(clientSettings({ maxAttempts: 3 }));
 */
export function clientSettings({ maxAttempts }: { readonly maxAttempts: number }) {
  return {
    maxAttempts,
    logger: QUIET_LOGGER,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  };
}

/**
 * Further settings of a client of S3: where the environment names an endpoint, as the local stack does, the bucket is in the path
 * and not in the host name.
 */
export function objectStorageSettings(environment: Readonly<Record<string, string | undefined>>) {
  return { forcePathStyle: environment['AWS_ENDPOINT_URL_S3'] !== undefined };
}
