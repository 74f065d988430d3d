import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';

import type { ConcurrencyQuota } from './concurrency-quota.ts';

/** What the preflight asks of Lambda. */
export interface LambdaAccount {
  concurrencyQuota(): Promise<ConcurrencyQuota>;
  /** Concurrency that a function has set aside; 0 when it has none or does not exist yet. */
  reservedBy(functionName: string): Promise<number>;
}

/** The part of the client that is used, so that a test can stand in for it. */
export type LambdaCalls = Pick<LambdaClient, 'send'>;

/** A client that gives up soon: the answer is a help, and the deployment does not depend on it. */
export function lambdaClient(region: string): LambdaClient {
  return new LambdaClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 },
  });
}

/**
 * The account of the credentials in the client's region. Needs `lambda:GetAccountSettings` and
 * `lambda:GetFunctionConcurrency`.
 */
export function lambdaAccount(client: LambdaCalls): LambdaAccount {
  return {
    concurrencyQuota: async () => {
      const { AccountLimit: limit } = await client.send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions: total, UnreservedConcurrentExecutions: unreserved } =
        limit ?? {};
      if (total === undefined || unreserved === undefined) {
        throw new Error('GetAccountSettings answered without the limits of concurrency');
      }
      return { total, unreserved };
    },
    reservedBy: async (functionName) => {
      try {
        const answer = await client.send(
          new GetFunctionConcurrencyCommand({ FunctionName: functionName }),
        );
        return answer.ReservedConcurrentExecutions ?? 0;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return 0;
        throw error;
      }
    },
  };
}
