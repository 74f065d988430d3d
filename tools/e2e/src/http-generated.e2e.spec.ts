import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sizeOf } from '@leaderboard/testing/test-form';
import { DocumentedResponses } from './openapi/documented-responses.ts';
import {
  requestsOf,
  type GeneratedRequest,
  type OpenApiDocument,
} from './openapi/generated-requests.ts';
import { inParallel, useIntakeStack } from './stacks/intake-stack.ts';

const REQUESTS = sizeOf({ short: 1_500, long: 20_000 });
const SEED = 20_261_121;
/** Below the functions' 10 executions, so that a 503 is never the one for too many requests. */
const SENDERS = 8;

describe('requests generated from the OpenAPI document that the API serves', () => {
  const printed: string[] = [];
  const intake = useIntakeStack({
    onOutput: (text) => printed.push(text),
    config: { intakeThrottleRate: '10000', intakeThrottleBurst: '5000' },
  });

  test(`none of ${String(REQUESTS)} gets 5xx, and every response is documented, status and body`, async () => {
    const endpoint = intake.stack.output('api_endpoint');
    const apiKey = intake.stack.output('updates_api_key');
    const document = (await (await fetch(`${endpoint}/openapi.json`)).json()) as OpenApiDocument;
    const documented = new DocumentedResponses(document);
    const requests = fc.sample(requestsOf(document, apiKey), { numRuns: REQUESTS, seed: SEED });
    const statuses = new Map<string, number>();
    const undocumented: unknown[] = [];
    await inParallel(requests, SENDERS, async (request: GeneratedRequest) => {
      const { path, method, headers, body } = request;
      const response = await fetch(endpoint + path, {
        method: method.toUpperCase(),
        headers,
        ...(method !== 'get' && { body: Buffer.from(body) }),
      });
      const text = await response.text();
      const key = `${method} ${path} ${String(response.status)}`;
      statuses.set(key, (statuses.get(key) ?? 0) + 1);
      const fault =
        response.status >= 500
          ? 'a fault of the server'
          : documented.faultOf(path, method, response.status, text);
      if (fault !== undefined) {
        undocumented.push({ request, status: response.status, text, fault });
      }
    });
    expect(undocumented).toEqual([]);
    // The generator reaches success and refusal on both routes.
    for (const outcome of ['200', '400', '409']) {
      expect(statuses.get(`post /webhook ${outcome}`)).toBeGreaterThan(0);
    }
    for (const outcome of ['202', '207', '400', '403', '422']) {
      expect(statuses.get(`post /updates ${outcome}`)).toBeGreaterThan(0);
    }
    expect(printed.join('')).not.toContain('failed:');
  });
});
