/** Options of a client that gives up soon: a command does not wait for a check. */
export function clientOptions(region: string) {
  return {
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 },
  };
}
