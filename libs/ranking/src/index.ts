export { boardDefinitionHash, rankRulesOf } from './board-definition-hash.ts';
export { MAX_SHARDS, OPERATORS, ORDERS, SCOPES, TIE_BREAKS, WINDOWS } from './board-definition.ts';
export type {
  Board,
  BoardDefinition,
  BoardDefinitions,
  Operator,
  Order,
  Scope,
  TieBreak,
  Window,
} from './board-definition.ts';
export { boardsFor, checkScoreBounds, findBoard, idPrefixOf } from './boards.ts';
export type { BoardUpdate, ScoreBoundsIssue } from './boards.ts';
export { parseDecimal, scoreUnits, toDecimalString } from './decimal.ts';
export { BoardDefinitionsError, RankingError } from './errors.ts';
export type { DefinitionIssue, RankingErrorCode } from './errors.ts';
export { fold } from './fold.ts';
export type { FoldRules, Standing, VersionedUpdate } from './fold.ts';
export { instantMs } from './instant.ts';
export { parseBoardDefinitions } from './parse-board-definitions.ts';
export { parseRankKey, rankKey, rankStart } from './rank-key.ts';
export type { Placed, RankKeyParts, RankRules } from './rank-key.ts';
export { compareStandings, percentile, rankStandings } from './ranks.ts';
export { boardWindowKey, parseBoardWindow, windowPeriod, windowsOf } from './windows.ts';
export type { BoardWindow } from './windows.ts';
export { explainUpdate, type UpdateEffect } from './explain.ts';
