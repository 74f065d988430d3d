/** On every response of an API that is JSON: a browser must not take it for anything else. */
export const JSON_HEADERS = { 'X-Content-Type-Options': 'nosniff' };

/**
 * The response parameters that set headers to fixed values.
 *
 * @param prefix what API Gateway wants before a header's name, for example `gatewayresponse.header.`
 */
export function headerParameters(
  prefix: string,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [`${prefix}${header}`, `'${value}'`]),
  );
}
