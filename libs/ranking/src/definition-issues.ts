import { jsonPointer } from '@leaderboard/contracts';
import type { ErrorObject } from 'ajv';
import { MAX_SHARDS } from './board-definition.ts';
import { GAME_ID_PLACEHOLDER } from './board-id.ts';
import type { DefinitionIssue } from './errors.ts';

const ID_RULE = 'at most 64 letters, digits and . _ : @ - after a first letter or digit';

/** What each key allows, where the violated rule alone does not tell. The entries of a list have the key of the list. */
const ALLOWED: Readonly<Record<string, string>> = {
  $schema: 'the address of the JSON Schema',
  default_board: 'the id of a board',
  id: `a board id: ${ID_RULE}, with ${GAME_ID_PLACEHOLDER} where a per_game board has the game`,
  game_id: `a game id: ${ID_RULE}`,
  update_types: `an update type: ${ID_RULE}`,
  shards: `a whole number from 1 to ${MAX_SHARDS}`,
  min_score: 'a number',
  max_score: 'a number',
};

/**
 * Describes the errors of AJV: the value, and what to use instead. Rules between keys are reported only if every key by itself
 * is valid.
 */
export function toDefinitionIssues(errors: readonly ErrorObject[]): DefinitionIssue[] {
  const ofOneKey = errors.filter(({ schemaPath }) => !schemaPath.includes('/allOf/'));
  const reported =
    ofOneKey.length > 0 ? ofOneKey : errors.filter(({ keyword }) => keyword !== 'if');
  const issues = reported.map(toDefinitionIssue);
  // A value that violates several rules of its key is reported once.
  return issues.filter(
    ({ path, message }, index) =>
      issues.findIndex((other) => other.path === path && other.message === message) === index,
  );
}

/** A value as an error message shows it: as JSON, cut when it is long. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length <= 80 ? json : `${json.slice(0, 80)}…`;
}

function toDefinitionIssue(error: ErrorObject): DefinitionIssue {
  const { instancePath: path, data, params } = error;
  const schema = error.parentSchema ?? {};
  const value = `is ${shown(data)}`;
  switch (error.keyword) {
    case 'required':
      return {
        path: path + jsonPointer([String(params['missingProperty'])]),
        message: isBetweenKeys(error)
          ? 'is missing; a board of scope game needs one'
          : 'is missing',
      };
    case 'additionalProperties':
      return {
        path: path + jsonPointer([String(params['additionalProperty'])]),
        message: `is not a key here; use ${Object.keys(schema['properties'] as object).join(', ')}`,
      };
    case 'enum':
      return {
        path,
        message: `${value}; use one of ${(params['allowedValues'] as string[]).join(', ')}`,
      };
    case 'uniqueItems': {
      const index = Number(params['i']);
      const repeated = shown((data as unknown[])[index]);
      return { path: `${path}/${index}`, message: `is ${repeated} a second time; name it once` };
    }
    case 'not':
      return {
        path,
        message: `${value}; only a per_game board has ${GAME_ID_PLACEHOLDER} in its id`,
      };
    case 'false schema':
      return { path, message: `${value}; only a board of scope game has one: use scope game` };
    case 'pattern':
      if (!isBetweenKeys(error)) break;
      return {
        path,
        message: `${value} on a per_game board; put ${GAME_ID_PLACEHOLDER} into it, for example "${String(data)}:${GAME_ID_PLACEHOLDER}"`,
      };
  }
  return { path, message: `${value}; use ${allowed(error)}` };
}

function isBetweenKeys({ schemaPath }: ErrorObject): boolean {
  return schemaPath.includes('/allOf/');
}

function allowed({ instancePath, keyword, parentSchema = {} }: ErrorObject): string {
  if (parentSchema['type'] === 'array') return 'a list with at least one entry';
  if (parentSchema['type'] === 'object') {
    return `an object with ${(parentSchema['required'] as string[]).join(', ')}`;
  }
  const key = instancePath.split('/').findLast((segment) => !/^\d+$/.test(segment)) ?? '';
  return ALLOWED[key] ?? `a value that the rule ${keyword} of the schema allows`;
}
