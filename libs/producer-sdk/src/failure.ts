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

/** Why one try did not get an update accepted. */
export interface Failure {
  /** The error to reject with immediately; `undefined` when another try can help. */
  final: FinalCode | LeaderboardError | undefined;
  /** The code to reject with when the time for more tries is used up. */
  exhausted: ExhaustedCode;
  /** There was a request, so that `maxAttempts` counts it. */
  isAttempt: boolean;
  /** The queue may have the update although no answer says so. */
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
/** What a request signed with a wrong time is refused with, among other reasons. */
const SIGNATURE_REFUSED = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);
/** Error names of the AWS SDK's own credential providers, as a client of the caller's throws them. */
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
  if (LeaderboardError.isInstance(error)) return { ...again(false, error), final: error };
  const { name, code, status, clockSkewCorrected } = describe(error);
  if (NO_CREDENTIALS.has(name)) return credentialsUnavailable(error);
  if (THROTTLED.has(name) || status === 429) return again(false, error);
  if (NOT_CONNECTED.has(code)) return again(false, error);
  // On a host whose clock is minutes off, the AWS SDK marks nearly every error so, whatever it is about.
  const wasTimeWrong = clockSkewCorrected && SIGNATURE_REFUSED.has(name);
  if (wasTimeWrong || isExpiredCredentials(error)) {
    return { ...again(false, error), exhausted: 'InvalidCredentials' };
  }
  if (INVALID_CREDENTIALS.has(name)) return refused('InvalidCredentials', error);
  if (QUEUE_NOT_FOUND.has(name)) return refused('QueueNotFound', error);
  if (status === undefined || status >= 500 || status < 400 || status === 408)
    return again(true, error);
  if (status === 401 || status === 403 || /AccessDenied/.test(name)) {
    return refused('AccessDenied', error);
  }
  return refused('Rejected', error);
}

/** Judges one failed entry of an answered request; `undefined` when the answer does not mention the entry. */
export function classifyEntry(entry: BatchResultErrorEntry | undefined): Failure {
  if (entry === undefined) {
    return again(true, new Error('SQS answered without a result for this entry'));
  }
  const code = entry.Code ?? 'Unknown';
  const cause = new Error(`SQS: ${entry.Message ?? 'no message'} (${code})`);
  if (THROTTLED.has(code)) return again(false, cause);
  if (entry.SenderFault !== true) return again(true, cause);
  return refused(/AccessDenied/.test(code) ? 'AccessDenied' : 'Rejected', cause);
}

/**
 * The source of the credentials failed, whatever its error is called. Never final: the AWS SDK throws the same error
 * when nothing is configured and when the instance's metadata service did not answer once.
 */
export function credentialsUnavailable(cause: unknown): Failure {
  const reason = `could not load AWS credentials: ${messageOf(cause)}`;
  const exhausted = 'CredentialsUnavailable';
  return { ...again(false, cause), exhausted, isAttempt: false, reason };
}

/** Whether SQS says that the credentials were valid once. */
export function isExpiredCredentials(error: unknown): boolean {
  return EXPIRED_CREDENTIALS.has(describe(error).name);
}

/** Whether an error is a response of SQS, and not the lack of one. */
export function isResponse(error: unknown): boolean {
  return describe(error).status !== undefined;
}

function again(mayBeAccepted: boolean, cause: unknown): Failure {
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

function refused(final: FinalCode, cause: unknown): Failure {
  return { ...again(false, cause), final };
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
