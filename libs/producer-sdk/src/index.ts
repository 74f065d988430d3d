export type { LeaderboardUpdate, OccurredAtLimits, ValidationIssue } from '@leaderboard/contracts';
export {
  LeaderboardConfigError,
  LeaderboardError,
  LeaderboardSendError,
  LeaderboardValidationError,
  ProducerClosedError,
  type ConfigErrorCode,
  type LeaderboardErrorCode,
  type SendErrorCode,
  type SendFailureOutcome,
} from './errors.ts';
export type {
  DeliveryOptions,
  GivenClientOptions,
  OwnClientOptions,
  ProducerOptions,
  SqsSender,
} from './options.ts';
export { createProducer } from './producer.ts';
export { sendLeaderboardUpdate } from './shared-producer.ts';
export type {
  LeaderboardUpdateInput,
  Producer,
  SendOptions,
  SendOutcome,
  SentUpdate,
} from './types.ts';
