import type { InvocationResult } from './function-host.ts';

/**
 * Which messages of a batch the event source mapping deletes, by Lambda's rules ("Success and failure conditions" in
 * "Handling errors for an SQS event source in Lambda"): a null or empty response, or a null or empty
 * `batchItemFailures`, is success of all. A failed invocation is failure of all, and so is a response that is not
 * understood: another type, a bad key, an empty or null `itemIdentifier`, an id that is not in the batch. Without
 * `ReportBatchItemFailures` the mapping ignores the response.
 *
 * @returns the ids of the messages that were processed
 */
export function processedMessageIds(
  result: InvocationResult,
  messageIds: readonly string[],
  reportsItemFailures: boolean,
): string[] {
  if (result.kind === 'failed') return [];
  if (!reportsItemFailures || result.payload === null) return [...messageIds];
  if (typeof result.payload !== 'object') return [];

  const failures = (result.payload as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return [];
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !messageIds.includes(id)) return [];
    failed.add(id);
  }
  return messageIds.filter((id) => !failed.has(id));
}
