import { describe, expect, test } from '@jest/globals';
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { classifyItemFault, classifyRequestError } from './store-faults.ts';

const serviceError = (name: string, $fault: 'client' | 'server') =>
  new DynamoDBServiceException({ name, $fault, message: 'm', $metadata: {} });

describe('whether a request without a usable response may have been committed', () => {
  test.each([
    ['a throttle', serviceError('ThrottlingException', 'client'), false],
    ['denied access', serviceError('AccessDeniedException', 'client'), false],
    ['a server error', serviceError('InternalServerError', 'server'), true],
    ['a timeout', Object.assign(new Error('t'), { name: 'TimeoutError' }), true],
    ['a broken connection', Object.assign(new Error('e'), { code: 'ECONNRESET' }), true],
    ['something unforeseen', 'text', true],
  ])('%s', (_, error, outcomeUnknown) => {
    expect(classifyRequestError(error)).toMatchObject({ kind: 'unavailable', outcomeUnknown });
  });
});

test('a request that DynamoDB calls invalid is refused', () => {
  expect(classifyRequestError(serviceError('ValidationException', 'client'))).toEqual({
    kind: 'refused',
    reason: 'ValidationException: m',
  });
});

test('an item in the place of a new ledger item is not a duplicate: nothing may be overwritten or dropped', () => {
  expect(classifyItemFault('ledger-entry', { Code: 'ConditionalCheckFailed' })).toMatchObject({
    kind: 'contended',
  });
});

test('a failed marker condition without the marker is not a duplicate either', () => {
  expect(classifyItemFault('marker', { Code: 'ConditionalCheckFailed' })).toMatchObject({
    kind: 'contended',
  });
});
