/** Faults that pass by themselves: throttling, and requests that got no answer in time. */
const PASSING_FAULTS = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'AbortError',
]);

/** Whether the same read may succeed a moment later. */
export function isPassingFault(error: Error): boolean {
  return PASSING_FAULTS.has(error.name) || '$retryable' in error;
}
