declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as the given JSON text (ECMAScript 2026). */
    rawJSON(text: string): RawJson;
  }
}

/** A number in its exact decimal digits, on its way into an answer. */
export interface RawJson {
  readonly rawJSON: string;
}

/**
 * A decimal text as a JSON number with these very digits. A sum of scores can have more digits than a double carries.
 *
 * @throws SyntaxError the text is not a JSON number.
 * @example JSON.stringify({ score: exactNumber('0.10000000000000000001') }) // '{"score":0.10000000000000000001}'
 */
export function exactNumber(text: string): RawJson {
  return JSON.rawJSON(text);
}
