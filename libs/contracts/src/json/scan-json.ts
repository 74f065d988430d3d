import { jsonPointer, shownText, type ValidationIssue } from '../issues.ts';
import { numberLiteralFault } from './number-literal.ts';

/** An object or array that is open at the position of the scan. */
interface Level {
  /** The keys of an object so far; `undefined` for an array. */
  readonly keys: Set<string> | undefined;
  /** Whether the next string is a key. */
  expectsKey: boolean;
  /** The key or the index of the current value. */
  at: string | number;
}

/** Problems that `JSON.parse` does not report. */
export interface JsonFaults {
  /** A duplicate key in an object (rule `duplicateKey`), or too many levels (rule `depth`): the scan ends there. */
  readonly structural: ValidationIssue | undefined;
  /**
   * Numbers that a double cannot represent (rule `exactNumber`): the first one, or for an array the first one of each element,
   * which keeps the list short.
   */
  readonly numbers: readonly ValidationIssue[];
}

/** A number, from its first character on. */
const NUMBER = /[-+.\deE]+/y;

/** Finds problems that `JSON.parse` does not report. The argument must be valid JSON. One pass, without recursion. */
export function scanJson(json: string, maxDepth: number): JsonFaults {
  const levels: Level[] = [];
  const numbers: ValidationIssue[] = [];
  const here = () => jsonPointer(levels.map(({ at }) => at));
  let faultyPart: string | number | undefined;
  for (let at = 0; at < json.length; at += 1) {
    const level = levels.at(-1);
    const character = json[at] ?? '';
    switch (character) {
      case '{':
      case '[':
        if (levels.length === maxDepth) return { structural: tooDeep(here(), maxDepth), numbers };
        levels.push(openLevel(character === '{'));
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level?.keys !== undefined) level.expectsKey = true;
        else if (typeof level?.at === 'number') level.at += 1;
        break;
      case '"': {
        const end = endOfString(json, at);
        if (level?.keys !== undefined && level.expectsKey) {
          level.at = JSON.parse(json.slice(at, end)) as string;
          if (level.keys.has(level.at)) {
            return { structural: keyTwice(here(), level.at), numbers };
          }
          level.keys.add(level.at);
          level.expectsKey = false;
        }
        at = end - 1;
        break;
      }
      default:
        if (character === '-' || (character >= '0' && character <= '9')) {
          NUMBER.lastIndex = at;
          const literal = NUMBER.exec(json)?.[0] ?? character;
          const part = partOf(levels);
          const fault = part === faultyPart ? undefined : numberLiteralFault(literal);
          if (fault !== undefined) {
            numbers.push(notExact(here(), literal, fault));
            faultyPart = part;
          }
          at += literal.length - 1;
        }
    }
  }
  return { structural: undefined, numbers };
}

/** The current element of the outermost array, or the whole body. */
function partOf([outermost]: readonly Level[]): string | number {
  return outermost !== undefined && outermost.keys === undefined ? outermost.at : 'the whole body';
}

function openLevel(isObject: boolean): Level {
  return isObject
    ? { keys: new Set(), expectsKey: true, at: '' }
    : { keys: undefined, expectsKey: false, at: 0 };
}

/** The index after the closing quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function tooDeep(path: string, maxDepth: number): ValidationIssue {
  const message = `the body nests deeper than ${maxDepth} levels`;
  return { path, rule: 'depth', message, value_type: 'object' };
}

function keyTwice(path: string, key: string): ValidationIssue {
  const message = `the key ${JSON.stringify(shownText(key))} appears twice in one object`;
  return { path, rule: 'duplicateKey', message, value_type: 'object' };
}

function notExact(path: string, literal: string, fault: string): ValidationIssue {
  const name = path === '' ? 'the value' : path;
  const message = `${name} (number ${shownText(literal)}) ${fault} (rule: exactNumber)`;
  return { path, rule: 'exactNumber', message, value_type: 'number' };
}
