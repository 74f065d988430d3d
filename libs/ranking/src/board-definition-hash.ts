import { createHash } from 'node:crypto';
import { ORDERS, TIE_BREAKS, type BoardDefinition } from './board-definition.ts';
import type { RankRules } from './rank-key.ts';

/** Increase it with every change of the fold or of the layout of rank keys: stored standings are then folded again. */
const RANKING_VERSION = 2;
/** The rules of each letter. Stored standings contain the letters: their order never changes. */
const RULES: readonly RankRules[] = ORDERS.flatMap((order) =>
  TIE_BREAKS.map((tie_break) => ({ order, tie_break })),
);
const RULE_LETTERS = 'uvwxyz';
/** 64 bits: successive definitions of a board do not collide, and the item stays small. */
const HASH_LENGTH = 16;

/**
 * A short hash that is the same for definitions that produce the same standings: the order of keys, of windows and of update
 * types does not matter. It is stored with each standing: it shows whether the definition has changed since, and, with its last
 * character, by which rules the standing is ranked.
 *
 * @returns 16 hex digits of SHA-256, and a letter for order and tie-break, see {@link rankRulesOf}
 * @example boardDefinitionHash(before) === boardDefinitionHash(after) // false: fold again
 */
export function boardDefinitionHash(definition: BoardDefinition): string {
  const parts = Object.entries({ ...definition, ranking_version: RANKING_VERSION })
    .map(([key, value]): [string, unknown] => [
      key,
      Array.isArray(value) ? value.toSorted() : value,
    ])
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const rules = RULES.findIndex(
    ({ order, tie_break }) => order === definition.order && tie_break === definition.tie_break,
  );
  return `${hash.slice(0, HASH_LENGTH)}${RULE_LETTERS[rules]}`;
}

/**
 * By which rules standings of a definition are ranked: a standing that was folded under a former definition can be removed from
 * its ranks without that definition.
 *
 * @returns undefined for a string that {@link boardDefinitionHash} never returns
 * @example rankRulesOf(boardDefinitionHash(definition))?.order === definition.order // true
 */
export function rankRulesOf(hash: string): RankRules | undefined {
  return hash.length === HASH_LENGTH + 1 ? RULES[RULE_LETTERS.indexOf(hash.slice(-1))] : undefined;
}
