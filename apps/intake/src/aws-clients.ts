/**
 * For every AWS client of a function: a request without an answer after 3 s is given up and tried again at most twice,
 * so that an answer leaves before the gateway's own limit of 29 s ("Quotas for configuring and running a REST API").
 */
export const CLIENT_DEFAULTS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
  },
} as const;
