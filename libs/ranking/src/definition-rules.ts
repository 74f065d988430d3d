import { jsonPointer } from '@leaderboard/contracts';
import {
  MAX_SHORT_ID_LENGTH as MAX_UPDATE_TYPE_LENGTH,
  hasIdCharacters,
  isGameId,
} from '@leaderboard/contracts/ids';
import { MAX_SHARDS, OPERATORS, ORDERS, SCOPES, TIE_BREAKS, WINDOWS } from './board-definition.ts';
import { GAME_ID_PLACEHOLDER, fillGameId } from './board-id.ts';
import type { DefinitionIssue } from './errors.ts';

/** With a game id of 64 characters a board id stays within 128, the contract's limit of the other ids. */
const MAX_BOARD_ID_LENGTH = 64;

/** Says what is wrong with a value, with paths relative to it; empty when nothing is. */
export type Rule = (value: unknown) => DefinitionIssue[];

/** The rule of each key that a board may have. */
export const BOARD_RULES: Readonly<Record<string, Rule>> = {
  id: test(
    isBoardId,
    `a board id: at most ${MAX_BOARD_ID_LENGTH} letters, digits and . _ : @ - after a first letter or digit, with ${GAME_ID_PLACEHOLDER} where a per_game board has the game`,
  ),
  scope: oneOf(SCOPES),
  game_id: test(
    (value) => typeof value === 'string' && isGameId(value),
    'a game id: at most 64 letters, digits and . _ : @ - after a first letter or digit',
  ),
  operator: oneOf(OPERATORS),
  order: oneOf(ORDERS),
  tie_break: oneOf(TIE_BREAKS),
  windows: listOf(oneOf(WINDOWS)),
  shards: test(
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_SHARDS,
    `a whole number from 1 to ${MAX_SHARDS}`,
  ),
  min_score: test(Number.isFinite, 'a number'),
  max_score: test(Number.isFinite, 'a number'),
  update_types: listOf(
    test(
      isUpdateType,
      `an update type: at most ${MAX_UPDATE_TYPE_LENGTH} letters, digits and . _ : @ - after a first letter or digit`,
    ),
  ),
};

/** The keys that a board must have: a default would decide in silence what wins. */
export const REQUIRED_BOARD_KEYS: readonly string[] = [
  'id',
  'scope',
  'operator',
  'order',
  'tie_break',
  'windows',
];

/** Checks the keys of an object: no unknown key, no missing key, each value by its rule. */
export function checkKeys(
  candidate: object,
  rules: Readonly<Record<string, Rule>>,
  required: readonly string[],
): DefinitionIssue[] {
  const missing = required
    .filter((key) => !Object.hasOwn(candidate, key))
    .map((key) => ({ path: `/${key}`, message: 'is missing' }));
  const wrong = Object.entries(candidate).flatMap(([key, value]) => {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    return below(
      jsonPointer([key]),
      rule?.(value) ?? [
        { path: '', message: `is not a key here; use ${Object.keys(rules).join(', ')}` },
      ],
    );
  });
  return [...missing, ...wrong];
}

/** Puts the paths of issues below the path of the value that they are in. */
export function below(path: string, issues: readonly DefinitionIssue[]): DefinitionIssue[] {
  return issues.map((issue) => ({ ...issue, path: path + issue.path }));
}

/** A rule by a predicate. */
export function test(isAllowed: (value: unknown) => boolean, allowed: string): Rule {
  return (value) =>
    isAllowed(value) ? [] : [{ path: '', message: `is ${shown(value)}; use ${allowed}` }];
}

/** A value as an error message shows it: as JSON, cut when it is long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

function oneOf(values: readonly string[]): Rule {
  return test(
    (value) => typeof value === 'string' && values.includes(value),
    `one of ${values.join(', ')}`,
  );
}

function listOf(rule: Rule): Rule {
  return (value) => {
    if (!Array.isArray(value) || value.length === 0) {
      return [{ path: '', message: `is ${shown(value)}; use a list with at least one entry` }];
    }
    return value.flatMap((entry: unknown, index) => [
      ...below(`/${index}`, rule(entry)),
      ...(value.indexOf(entry) < index
        ? [{ path: `/${index}`, message: `is ${shown(entry)} a second time; name it once` }]
        : []),
    ]);
  };
}

function isBoardId(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length <= MAX_BOARD_ID_LENGTH &&
    hasIdCharacters(fillGameId(value, 'game'))
  );
}

function isUpdateType(value: unknown): boolean {
  return (
    typeof value === 'string' && value.length <= MAX_UPDATE_TYPE_LENGTH && hasIdCharacters(value)
  );
}
