type SourceReviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * Parses an answer of the API and keeps every `score` as the decimal digits that were sent.
 * A browser without source text access in `JSON.parse` falls back to the nearest number.
 *
 * @throws SyntaxError when the text is not JSON.
 * @example parseWithExactScores('{"score":0.10000000000000000001}') // { score: '0.10000000000000000001' }
 */
export function parseWithExactScores(text: string): unknown {
  const keepDigits: SourceReviver = (key, value, context) =>
    key === 'score' && typeof value === 'number' ? (context?.source ?? String(value)) : value;
  return JSON.parse(text, keepDigits) as unknown;
}
