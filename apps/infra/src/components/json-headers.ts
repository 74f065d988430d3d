/** On every JSON response of an API: a browser must not interpret it as anything else. */
export const JSON_HEADERS = { 'X-Content-Type-Options': 'nosniff' };

/**
 * The response parameters that set headers to fixed values.
 *
 * @param prefix what API Gateway expects before a header's name, for example `gatewayresponse.header.`
 */
export function headerParameters(
  prefix: string,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [`${prefix}${header}`, `'${value}'`]),
  );
}
