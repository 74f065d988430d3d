import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { RouterInvoker, RouterPayload } from '../router/router-payload.ts';

/** Hands an event to the router's asynchronous queue, which retries a failing router on its own. */
export class LambdaRouterInvoker implements RouterInvoker {
  readonly #client: Pick<LambdaClient, 'send'>;
  readonly #functionName: string;

  constructor(client: Pick<LambdaClient, 'send'>, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  async invoke(payload: RouterPayload): Promise<void> {
    await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(payload)),
      }),
    );
  }
}
