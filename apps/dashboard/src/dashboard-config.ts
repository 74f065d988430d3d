import type { Fetch } from './api/api-client.ts';

/** The settings of a deployment, in `config.json` beside `index.html`. */
export interface DashboardConfig {
  /** Absolute address of the read API. */
  apiUrl: string;
  /** Time between two polls, in milliseconds. */
  pollIntervalMs: number;
}

export const DEFAULT_POLL_INTERVAL_MS = 5_000;
/** Each open page sends a request per interval: below a second the load outweighs the freshness. */
export const MIN_POLL_INTERVAL_MS = 1_000;
export const MAX_POLL_INTERVAL_MS = 600_000;

/** `config.json` is missing or invalid; the message says what to do. */
export class ConfigError extends Error {
  readonly code = 'InvalidConfig';
}

const EXAMPLE = '{"api_url": "https://…"}';

/**
 * Reads and validates `config.json`. A relative `api_url` is resolved against the page.
 *
 * @throws {@link ConfigError}
 */
export async function loadConfig(fetch: Fetch, pageUrl: string): Promise<DashboardConfig> {
  const address = new URL('config.json', pageUrl).href;
  let response: Response;
  try {
    response = await fetch(address, { cache: 'no-cache' });
  } catch {
    throw new ConfigError(`${address} cannot be read. Check the connection, then reload the page.`);
  }
  if (!response.ok) {
    throw new ConfigError(
      `${address} returned status ${String(response.status)}. Put a file config.json beside index.html with the address of the read API: ${EXAMPLE}`,
    );
  }
  return parseConfig(await response.text(), pageUrl);
}

/** @throws {@link ConfigError} */
export function parseConfig(text: string, pageUrl: string): DashboardConfig {
  let fields: { api_url?: unknown; poll_interval_ms?: unknown };
  try {
    fields = (JSON.parse(text) as typeof fields | null) ?? {};
  } catch {
    throw new ConfigError(`config.json is not valid JSON. Example: ${EXAMPLE}`);
  }
  return {
    apiUrl: apiUrl(fields.api_url, pageUrl),
    pollIntervalMs: pollInterval(fields.poll_interval_ms),
  };
}

function apiUrl(value: unknown, pageUrl: string): string {
  const url = typeof value === 'string' && value !== '' ? URL.parse(value, pageUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(
      `api_url in config.json is ${JSON.stringify(value) ?? 'missing'}. Set it to the address of the read API: ${EXAMPLE}`,
    );
  }
  return url.href;
}

function pollInterval(value: unknown): number {
  if (value === undefined) return DEFAULT_POLL_INTERVAL_MS;
  if (
    typeof value !== 'number' ||
    !(value >= MIN_POLL_INTERVAL_MS && value <= MAX_POLL_INTERVAL_MS)
  ) {
    throw new ConfigError(
      `poll_interval_ms in config.json is ${JSON.stringify(value)}. Set it to a number from ${String(MIN_POLL_INTERVAL_MS)} to ${String(MAX_POLL_INTERVAL_MS)}, or leave it out.`,
    );
  }
  return value;
}
