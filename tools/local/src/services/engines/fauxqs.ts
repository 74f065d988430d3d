import type { IncomingHttpHeaders } from 'node:http';
import { buildApp } from 'fauxqs';

import type { Engine } from './engine.ts';
import { withAllCharacters } from './fauxqs-characters.ts';

/**
 * SQS in this process, in memory. Uses `buildApp` instead of `startFauxqs`, which listens on every network interface and
 * would expose a developer's queues.
 */
export async function startFauxqsEngine(region: string): Promise<Engine> {
  const app = buildApp({ logger: false, defaultRegion: region });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    external: false,
    dispatch: withAllCharacters(async ({ method, path, headers, body }) => {
      const response = await app.inject({
        method: method as 'POST',
        url: path,
        headers,
        payload: body,
      });
      return {
        status: response.statusCode,
        headers: response.headers as IncomingHttpHeaders,
        body: response.rawPayload,
      };
    }),
    stop: async () => {
      await app.close();
    },
  };
}
