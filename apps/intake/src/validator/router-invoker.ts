import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { RouterPayload } from '../router/router-payload.ts';

/** Puts an event on the router's asynchronous queue. Lambda retries a router that fails. */
export class RouterInvoker {
  readonly #client: Pick<LambdaClient, 'send'>;
  readonly #functionName: string;

  constructor(client: Pick<LambdaClient, 'send'>, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  /** Does not wait for the router. Rejects when Lambda did not accept the invocation. */
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
