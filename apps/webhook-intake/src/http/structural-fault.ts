/** One object or array that is open where the scan is. */
interface Level {
  /** The keys of an object so far; `undefined` for an array. */
  readonly keys: Set<string> | undefined;
  /** Whether the next string is a key. */
  expectsKey: boolean;
}

/**
 * What `JSON.parse` lets pass: a key twice in one object, or more than `maxDepth` levels of objects and arrays.
 * The text must be valid JSON. One pass, without recursion.
 *
 * @returns the fault in words, or `undefined`
 */
export function findStructuralFault(json: string, maxDepth: number): string | undefined {
  const levels: Level[] = [];
  for (let at = 0; at < json.length; at += 1) {
    const level = levels.at(-1);
    switch (json[at]) {
      case '{':
      case '[':
        if (levels.length === maxDepth) return `the body nests deeper than ${maxDepth} levels`;
        levels.push(openLevel(json[at] === '{'));
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level !== undefined) level.expectsKey = level.keys !== undefined;
        break;
      case '"': {
        const end = endOfString(json, at);
        if (level?.keys !== undefined && level.expectsKey) {
          const key = JSON.parse(json.slice(at, end)) as string;
          if (level.keys.has(key)) return `the key ${shown(key)} is there twice in one object`;
          level.keys.add(key);
          level.expectsKey = false;
        }
        at = end - 1;
        break;
      }
    }
  }
  return undefined;
}

function openLevel(isObject: boolean): Level {
  return { keys: isObject ? new Set() : undefined, expectsKey: isObject };
}

/** The index after the closing quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function shown(key: string): string {
  return JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key);
}
