import { describe, expect, test } from '@jest/globals';

import { processedMessageIds } from './batch-response.ts';

const IDS = ['a', 'b', 'c'];
const returned = (payload: unknown) => ({ kind: 'returned', payload }) as const;

describe('a mapping that reports batch item failures', () => {
  test.each([
    ['null', null],
    ['an empty object', {}],
    ['null failures', { batchItemFailures: null }],
    ['no failures', { batchItemFailures: [] }],
  ])('treats %s as success of the whole batch', (_, payload) => {
    expect(processedMessageIds(returned(payload), IDS, true)).toEqual(IDS);
  });

  test('keeps the messages that are named as failed', () => {
    const payload = { batchItemFailures: [{ itemIdentifier: 'b' }] };
    expect(processedMessageIds(returned(payload), IDS, true)).toEqual(['a', 'c']);
  });

  test.each([
    ['a string', 'done'],
    ['failures that are not a list', { batchItemFailures: 'b' }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a null entry', { batchItemFailures: [null] }],
    ['a bad key', { batchItemFailures: [{ itemIdentifer: 'b' }] }],
    ['an id of another batch', { batchItemFailures: [{ itemIdentifier: 'z' }] }],
  ])('treats %s as failure of the whole batch', (_, payload) => {
    expect(processedMessageIds(returned(payload), IDS, true)).toEqual([]);
  });
});

test('a failed invocation is failure of the whole batch', () => {
  const error = { errorType: 'Error', errorMessage: 'no', trace: [] };
  expect(processedMessageIds({ kind: 'failed', error }, IDS, true)).toEqual([]);
  expect(processedMessageIds({ kind: 'failed', error }, IDS, false)).toEqual([]);
});

test('without ReportBatchItemFailures a returned failure counts as success', () => {
  const payload = { batchItemFailures: [{ itemIdentifier: 'b' }] };
  expect(processedMessageIds(returned(payload), IDS, false)).toEqual(IDS);
});
