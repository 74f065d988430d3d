import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { LeaderboardConfigError, type SendErrorCode } from './errors.ts';

type FinalCode = Extract<
  SendErrorCode,
  'AccessDenied' | 'InvalidCredentials' | 'QueueNotFound' | 'Rejected'
>;

/** Why one attempt did not get an update accepted. */
export interface Failure {
  /** The error to reject with at once; `undefined` when trying again can help. */
  final: FinalCode | LeaderboardConfigError | undefined;
  /** The queue may have the update although no answer says so. */
  mayBeAccepted: boolean;
  cause: unknown;
}

/** Error names of the SQS API and of the AWS SDK's own credential providers. */
const QUEUE_NOT_FOUND = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'QueueDeletedRecently',
  'InvalidAddress',
]);
const INVALID_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const THROTTLED = new Set([
  'KmsThrottled',
  'KMS.ThrottlingException',
  'OverLimit',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
/** Nothing was sent: there was no connection to send it over. */
const NOT_CONNECTED = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);

/** Judges the failure of a whole request. What is not known for certain to be final is tried again. */
export function classifyError(error: unknown): Failure {
  if (LeaderboardConfigError.isInstance(error)) {
    return { final: error, mayBeAccepted: false, cause: error };
  }
  const { name, code, status, clockSkewCorrected } = describe(error);
  const tryAgain = (mayBeAccepted: boolean): Failure => ({
    final: undefined,
    mayBeAccepted,
    cause: error,
  });
  if (THROTTLED.has(name) || status === 429) return tryAgain(false);
  if (NOT_CONNECTED.has(code)) return tryAgain(false);
  if (clockSkewCorrected) return tryAgain(false);
  if (INVALID_CREDENTIALS.has(name)) return refused('InvalidCredentials', error);
  if (QUEUE_NOT_FOUND.has(name)) return refused('QueueNotFound', error);
  if (status === undefined || status >= 500 || status < 400 || status === 408)
    return tryAgain(true);
  if (status === 401 || status === 403 || /AccessDenied/.test(name)) {
    return refused('AccessDenied', error);
  }
  return refused('Rejected', error);
}

/** Judges one failed entry of an answered request; `undefined` when the answer does not mention the entry. */
export function classifyEntry(entry: BatchResultErrorEntry | undefined): Failure {
  if (entry === undefined) {
    const cause = new Error('SQS answered without a result for this entry');
    return { final: undefined, mayBeAccepted: true, cause };
  }
  const code = entry.Code ?? 'Unknown';
  const cause = new Error(`SQS: ${entry.Message ?? 'no message'} (${code})`);
  if (THROTTLED.has(code)) return { final: undefined, mayBeAccepted: false, cause };
  if (entry.SenderFault !== true) return { final: undefined, mayBeAccepted: true, cause };
  return refused(/AccessDenied/.test(code) ? 'AccessDenied' : 'Rejected', cause);
}

function refused(final: FinalCode, cause: unknown): Failure {
  return { final, mayBeAccepted: false, cause };
}

function describe(error: unknown) {
  const { name, code, $metadata } = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
  };
  return {
    name: String(name),
    code: String(code),
    status: $metadata?.httpStatusCode,
    clockSkewCorrected: $metadata?.clockSkewCorrected === true,
  };
}
