export * from './dead-letter.ts';
export * from './leaderboard-update.ts';
export * from './message-ids.ts';
export { describeIssues, type ValidationIssue, type ValidationResult } from './validation.ts';
export * from './webhook-event.ts';
export { gatewayModel, type JsonSchema } from './gateway-model.ts';
export * from './standings-event.ts';
