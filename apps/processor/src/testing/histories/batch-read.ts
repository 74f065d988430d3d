import type { BatchGetCommandInput, BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { KeyChoice } from './requests.ts';

export type RequestItems = NonNullable<BatchGetCommandInput['RequestItems']>;

/** The keys of a batch read in two: the chosen ones, and the others. */
export function splitKeys(
  { RequestItems = {} }: BatchGetCommandInput,
  isChosen: KeyChoice,
): [chosen: RequestItems, others: RequestItems] {
  const chosen: RequestItems = {};
  const others: RequestItems = {};
  for (const [table, request] of Object.entries(RequestItems)) {
    const { true: yes, false: no } = Object.groupBy(request.Keys ?? [], (key) =>
      isChosen(table, key) ? 'true' : 'false',
    );
    if (yes) chosen[table] = { ...request, Keys: yes };
    if (no) others[table] = { ...request, Keys: no };
  }
  return [chosen, others];
}

/** The response to a batch read whose keys were read in two parts. */
export function mergeResponses(
  first: BatchGetCommandOutput,
  second: BatchGetCommandOutput,
): BatchGetCommandOutput {
  const Responses = { ...first.Responses };
  for (const [table, items] of Object.entries(second.Responses ?? {})) {
    Responses[table] = [...(Responses[table] ?? []), ...items];
  }
  return { $metadata: {}, Responses, UnprocessedKeys: {} };
}
