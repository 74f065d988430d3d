import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { LeaderboardError, type SendErrorCode } from './errors.ts';

type FinalCode = Extract<
  SendErrorCode,
  'AccessDenied' | 'InvalidCredentials' | 'QueueNotFound' | 'Rejected'
>;

type ExhaustedCode = Extract<
  SendErrorCode,
  'CredentialsUnavailable' | 'InvalidCredentials' | 'RetriesExhausted'
>;

/** Why an attempt failed. */
export interface Failure {
  /** The error to reject with immediately; `undefined` when a retry may succeed. */
  final: FinalCode | LeaderboardError | undefined;
  /** The code to reject with when no retry is left. */
  exhausted: ExhaustedCode;
  /** Whether a request was made, which counts towards `maxAttempts`. */
  isAttempt: boolean;
  /** Whether the queue may have the update although no response confirms it. */
  mayBeAccepted: boolean;
  reason: string;
  cause: unknown;
}

/** Error names of the SQS API. */
const QUEUE_NOT_FOUND = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'QueueDeletedRecently',
  'InvalidAddress',
]);
const EXPIRED_CREDENTIALS = new Set(['ExpiredToken', 'ExpiredTokenException']);
const INVALID_CREDENTIALS = new Set([
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
/** Errors of a request that was signed with a wrong time; they have other causes too. */
const SIGNATURE_REJECTED = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);
/** Error names of the AWS SDK's own credential providers, as thrown by a client that the caller created. */
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
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
/** Nothing was sent: there was no connection. */
const NOT_CONNECTED = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);

/** Classifies the failure of a whole request. What is not known to be final is retried. */
export function classifyError(error: unknown): Failure {
  if (LeaderboardError.isInstance(error)) return { ...retryable(false, error), final: error };
  const { name, code, status, clockSkewCorrected } = describe(error);
  if (NO_CREDENTIALS.has(name)) return credentialsUnavailable(error);
  if (THROTTLED.has(name) || status === 429) return retryable(false, error);
  if (NOT_CONNECTED.has(code)) return retryable(false, error);
  // On a host whose clock is minutes off, the AWS SDK sets this mark on nearly every error, whatever its cause.
  const wasTimeWrong = clockSkewCorrected && SIGNATURE_REJECTED.has(name);
  if (wasTimeWrong || isExpiredCredentials(error)) {
    return { ...retryable(false, error), exhausted: 'InvalidCredentials' };
  }
  if (INVALID_CREDENTIALS.has(name)) return notRetryable('InvalidCredentials', error);
  if (QUEUE_NOT_FOUND.has(name)) return notRetryable('QueueNotFound', error);
  if (status === undefined || status >= 500 || status < 400 || status === 408)
    return retryable(true, error);
  if (status === 401 || status === 403 || /AccessDenied/.test(name)) {
    return notRetryable('AccessDenied', error);
  }
  return notRetryable('Rejected', error);
}

/** Classifies one failed entry of a response; `undefined` when the response does not mention the entry. */
export function classifyEntry(entry: BatchResultErrorEntry | undefined): Failure {
  if (entry === undefined) {
    return retryable(true, new Error('the response of SQS has no result for this entry'));
  }
  const code = entry.Code ?? 'Unknown';
  const cause = new Error(`SQS: ${entry.Message ?? 'no message'} (${code})`);
  if (THROTTLED.has(code)) return retryable(false, cause);
  if (entry.SenderFault !== true) return retryable(true, cause);
  return notRetryable(/AccessDenied/.test(code) ? 'AccessDenied' : 'Rejected', cause);
}

/**
 * The failure of the credential provider, whatever its error is called. Never final: the AWS SDK throws the same error when
 * no credentials are configured and when the instance metadata service did not respond once.
 */
export function credentialsUnavailable(cause: unknown): Failure {
  const reason = `could not load AWS credentials: ${messageOf(cause)}`;
  const exhausted = 'CredentialsUnavailable';
  return { ...retryable(false, cause), exhausted, isAttempt: false, reason };
}

/** Whether SQS reports that the credentials have expired. */
export function isExpiredCredentials(error: unknown): boolean {
  return EXPIRED_CREDENTIALS.has(describe(error).name);
}

/** Whether an error is a response of SQS. */
export function isResponse(error: unknown): boolean {
  return describe(error).status !== undefined;
}

function retryable(mayBeAccepted: boolean, cause: unknown): Failure {
  const reason = messageOf(cause);
  return {
    final: undefined,
    exhausted: 'RetriesExhausted',
    isAttempt: true,
    mayBeAccepted,
    reason,
    cause,
  };
}

function notRetryable(final: FinalCode, cause: unknown): Failure {
  return { ...retryable(false, cause), final };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
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
