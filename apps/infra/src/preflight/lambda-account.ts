import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  type LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';

import type { ConcurrencyQuota } from './concurrency-quota.ts';

/** The part of the client that is used, so that a test can replace it. */
export type LambdaCalls = Pick<LambdaClient, 'send'>;

/**
 * The account of the credentials in the client's region. Needs `lambda:GetAccountSettings` and
 * `lambda:GetFunctionConcurrency`.
 */
export class LambdaAccount {
  readonly #client: LambdaCalls;

  constructor(client: LambdaCalls) {
    this.#client = client;
  }

  async concurrencyQuota(): Promise<ConcurrencyQuota> {
    const { AccountLimit: limit } = await this.#client.send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions: total, UnreservedConcurrentExecutions: unreserved } = limit ?? {};
    if (total === undefined || unreserved === undefined) {
      throw new Error('GetAccountSettings returned no concurrency limits');
    }
    return { total, unreserved };
  }

  /** Reserved concurrency of a function; 0 when it has none or does not exist yet. */
  async reservedBy(functionName: string): Promise<number> {
    try {
      const response = await this.#client.send(
        new GetFunctionConcurrencyCommand({ FunctionName: functionName }),
      );
      return response.ReservedConcurrentExecutions ?? 0;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return 0;
      throw error;
    }
  }
}
