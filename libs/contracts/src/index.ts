export * from './dead-letter.ts';
export { compareContent, contentHash, type UpdateContent } from './content-hash.ts';
export { utcDateTimeMs } from './formats/formats.ts';
export { canonicalHash } from './json/canonical-json.ts';
export { MAX_JSON_DEPTH, readJson, type JsonReading } from './json/read-json.ts';
export * from './intake.ts';
export * from './leaderboard-update.ts';
export * from './message-ids.ts';
export {
  describeIssues,
  jsonPointer,
  type ValidationIssue,
  type ValidationResult,
} from './issues.ts';
export * from './webhook-event.ts';
export { gatewayModel, type JsonSchema } from './gateway-model.ts';
export * from './standings-event.ts';
