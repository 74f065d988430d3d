declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as the given JSON (ECMAScript 2026). */
    rawJSON(json: string): RawJson;
  }
}

/** A JSON number in its exact decimal digits. */
export interface RawJson {
  readonly rawJSON: string;
}

/**
 * A decimal string as a JSON number with the same digits. A sum of scores can have more digits than a double holds.
 *
 * @throws SyntaxError the string is not a JSON number.
 * @example JSON.stringify({ score: exactNumber('0.10000000000000000001') }) // '{"score":0.10000000000000000001}'
 */
export function exactNumber(decimal: string): RawJson {
  return JSON.rawJSON(decimal);
}
