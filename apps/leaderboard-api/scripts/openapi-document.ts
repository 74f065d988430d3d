import path from 'node:path';
import { readSchema } from '@leaderboard/contracts/generator';
import {
  LIMITS,
  MAX_FRIENDS,
  MAX_RANKED_STANDINGS,
  ROUTES,
  type QueryName,
  type RouteDescription,
} from '../src/routes/routes.ts';

type Json = Record<string, unknown>;

const SCHEMAS = path.resolve(import.meta.dirname, '../schemas/responses.schema.json');

/** The schemas of all responses by name. */
export async function readResponseSchemas(): Promise<{ $id: string; $defs: Record<string, Json> }> {
  return (await readSchema(SCHEMAS)) as { $id: string; $defs: Record<string, Json> };
}

/** The OpenAPI document of the read API, made from the route table and the schemas of the responses. */
export async function openapiDocument(): Promise<Json> {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Leaderboard read API',
      version: '1.0.0',
      description:
        'Live leaderboards with exact ranks, stored snapshots, and the history of a player. All routes are GET, public, and return JSON with X-Content-Type-Options: nosniff. Live responses contain as_of, lag_ms and exact.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The origin of this document' }],
    paths: Object.fromEntries(
      Object.entries(ROUTES).map(([name, route]) => [route.path, { get: operation(name, route) }]),
    ),
    components: { schemas: toComponents((await readResponseSchemas()).$defs) },
  };
}

function operation(operationId: string, route: RouteDescription): Json {
  const pathNames = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const headers = responseHeaders(route.response);
  return {
    operationId,
    summary: route.summary,
    parameters: [
      ...pathNames.map(pathParameter),
      ...route.query.map((name) => queryParameter(name, route)),
      IF_NONE_MATCH,
    ],
    responses: {
      200: {
        description: route.summary,
        headers,
        content: { 'application/json': { schema: responseSchema(route.response) } },
      },
      304: { description: 'The client already has this content.', headers },
      400: errorResponse('A query parameter or a path segment is not valid.'),
      404: errorResponse('Not found.'),
      ...(route.query.includes('min_version') && {
        409: errorResponse('The standings of the player do not have min_version yet.'),
      }),
      429: {
        description:
          'Too many concurrent requests. Try again later. Lambda sends this response itself, without an error field.',
      },
      503: errorResponse(
        'The tables are throttled or do not respond. Retry after the seconds in Retry-After.',
      ),
    },
  };
}

const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETag of a response that the client has.',
  schema: { type: 'string' },
};

/** Of a live response, its freshness too, for a 304 has no body. */
function responseHeaders(name: string | undefined): Json {
  const isLive = name !== undefined && name !== 'Snapshot' && name !== 'SnapshotList';
  const hasLag = isLive && name !== 'History' && name !== 'Explanation';
  return {
    ETag: { schema: { type: 'string' } },
    ...(isLive && {
      'Leaderboard-As-Of': { description: 'as_of of the body.', schema: { type: 'string' } },
    }),
    ...(hasLag && {
      'Leaderboard-Lag-Ms': { description: 'lag_ms of the body.', schema: { type: 'integer' } },
    }),
  };
}

function pathParameter(name: string): Json {
  const schemas: Record<string, Json> = {
    board: reference('BoardId'),
    player_id: reference('PlayerId'),
    as_of: { type: 'string', description: 'LATEST, or the as_of of a snapshot.' },
  };
  return { name, in: 'path', required: true, schema: schemas[name] };
}

function queryParameter(name: QueryName, { limit }: RouteDescription): Json {
  const { min: minimum, max: maximum, default: byDefault } = limit ?? LIMITS.page;
  const details = {
    window: {
      description:
        'A window of the board. Default: all_time, or the first window of a board without it.',
      schema: reference('Window'),
    },
    period: {
      description: 'A day, ISO week or month of the window, in UTC. Default: the current one.',
      schema: reference('Period'),
    },
    limit: {
      description: 'Maximum number of entries.',
      schema: { type: 'integer', minimum, maximum, default: byDefault },
    },
    cursor: {
      description: 'The next_cursor of the previous page.',
      schema: { type: 'string' },
    },
    ids: {
      description: 'Player ids, separated by commas.',
      style: 'form',
      explode: false,
      schema: { type: 'array', items: reference('PlayerId'), minItems: 1, maxItems: MAX_FRIENDS },
    },
    from_rank: {
      description:
        'Place of the first entry: 1 is the first, -1 the last one. With shared ranks places are counted one by one. Not together with cursor.',
      schema: { type: 'integer' },
    },
    min_version: {
      description:
        "The version of the player's updates that the response must contain at least; 409 if it is not in the standings yet.",
      schema: { type: 'integer', minimum: 1 },
    },
    buckets: {
      description: 'Maximum number of buckets.',
      schema: {
        type: 'integer',
        minimum: LIMITS.buckets.min,
        maximum: LIMITS.buckets.max,
        default: LIMITS.buckets.default,
      },
    },
    tails: {
      description:
        'Percent of the players at either end that share one bucket each. The others are in equally wide buckets between them.',
      schema: {
        type: 'integer',
        minimum: LIMITS.tails.min,
        maximum: LIMITS.tails.max,
        default: LIMITS.tails.default,
      },
    },
    ranks: {
      description: `Whether to rank each standing; at most ${MAX_RANKED_STANDINGS} are ranked in one request.`,
      schema: { type: 'boolean', default: false },
    },
    board: {
      description: 'The board whose standing is explained. Default: the default board.',
      schema: { type: 'string' },
    },
    boards: {
      description: 'Only these boards: ids, separated by commas. Default: all.',
      style: 'form',
      explode: false,
      schema: { type: 'array', items: reference('BoardId'), minItems: 1 },
    },
  } satisfies Record<QueryName, Json>;
  return { name, in: 'query', required: name === 'ids', ...details[name] };
}

function responseSchema(name: string | undefined): Json {
  return name === undefined ? { type: 'object' } : reference(name);
}

function errorResponse(description: string): Json {
  return { description, content: { 'application/json': { schema: reference('Error') } } };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function toComponents(definitions: Record<string, Json>): unknown {
  return JSON.parse(
    JSON.stringify(definitions).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as unknown;
}
