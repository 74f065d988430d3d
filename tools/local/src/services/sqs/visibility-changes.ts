import type { GatewayRequest, Interceptor } from '../gateway/gateway.ts';

/** Receipt handles of the messages whose visibility timeout a consumer has changed. */
export class VisibilityChanges {
  readonly #receiptHandles = new Set<string>();

  readonly intercept: Interceptor = async (request, next) => {
    const response = await next();
    if (response.status === 200) {
      for (const handle of changedHandles(request)) this.#receiptHandles.add(handle);
    }
    return response;
  };

  /** Removes the handle. @returns whether its visibility timeout was changed */
  take(receiptHandle: string): boolean {
    return this.#receiptHandles.delete(receiptHandle);
  }
}

interface Change {
  readonly ReceiptHandle?: string;
}

function changedHandles({ service, operation, query, body }: GatewayRequest): string[] {
  if (service !== 'sqs' || query !== undefined) return [];
  if (!['ChangeMessageVisibility', 'ChangeMessageVisibilityBatch'].includes(operation)) return [];
  const input = JSON.parse(body.toString()) as Change & { readonly Entries?: readonly Change[] };
  return [input, ...(input.Entries ?? [])].flatMap(({ ReceiptHandle }) => ReceiptHandle ?? []);
}
