import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  LIMITS,
  MAX_FRIENDS,
  ROUTES,
  type QueryName,
  type RouteDescription,
} from '../src/routes/route-table.ts';

type Json = Record<string, unknown>;

const SCHEMAS = path.resolve(import.meta.dirname, '../schemas/responses.schema.json');

/** The schemas of all answers, by name. */
export function readAnswerSchemas(): { $id: string; $defs: Record<string, Json> } {
  return JSON.parse(readFileSync(SCHEMAS, 'utf8')) as { $id: string; $defs: Record<string, Json> };
}

/** The OpenAPI document of the read API, made from the route descriptions and the schemas of the answers. */
export function openapiDocument(): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Leaderboard read API',
      version: '1.0.0',
      description:
        'Live leaderboards with exact ranks, stored snapshots, and the history of a player. All routes are GET, public, and answer in JSON, with X-Content-Type-Options: nosniff. Live answers say as_of, lag_ms and exact.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Where this document was found' }],
    paths: Object.fromEntries(
      Object.entries(ROUTES).map(([name, route]) => [route.path, { get: operation(name, route) }]),
    ),
    components: { schemas: toComponents(readAnswerSchemas().$defs) },
  };
}

function operation(operationId: string, route: RouteDescription): Json {
  const pathNames = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const hasInput = pathNames.length > 0 || route.query.length > 0;
  return {
    operationId,
    summary: route.summary,
    parameters: [
      ...pathNames.map(pathParameter),
      ...route.query.map((name) => queryParameter(name, route)),
      ...(route.hasEtag ? [IF_NONE_MATCH] : []),
    ],
    responses: {
      200: {
        description: route.summary,
        ...(route.hasEtag && { headers: { ETag: { schema: { type: 'string' } } } }),
        content: { 'application/json': { schema: answerSchema(route.answer) } },
      },
      ...(route.hasEtag && { 304: { description: 'The client has this answer already.' } }),
      400: errorResponse('A query parameter or a part of the path is not valid.'),
      ...(hasInput || route.hasEtag ? { 404: errorResponse('There is no such thing.') } : {}),
      429: {
        description:
          'More requests at once than the service takes; try again later. Lambda itself answers, in a form of its own.',
      },
      503: errorResponse('The tables are throttled; Retry-After says when to try again.'),
    },
  };
}

const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETag of an answer that the client has.',
  schema: { type: 'string' },
};

function pathParameter(name: string): Json {
  const schemas: Record<string, Json> = {
    board: reference('BoardId'),
    player_id: reference('PlayerId'),
    as_of: { type: 'string', description: 'LATEST, or as_of of a snapshot.' },
  };
  return { name, in: 'path', required: true, schema: schemas[name] };
}

function queryParameter(name: QueryName, { limit }: RouteDescription): Json {
  const { min: minimum, max: maximum, default: byDefault } = limit ?? LIMITS.page;
  const details = {
    window: {
      description: 'A window of the board. all_time by default, or its first one.',
      schema: reference('Window'),
    },
    period: {
      description: 'A day, ISO week or month of the window. The present one by default.',
      schema: reference('Period'),
    },
    limit: {
      description: 'Entries at most.',
      schema: { type: 'integer', minimum, maximum, default: byDefault },
    },
    cursor: {
      description: 'next_cursor of the page before.',
      schema: { type: 'string' },
    },
    ids: {
      description: 'Player ids, separated by commas.',
      style: 'form',
      explode: false,
      schema: { type: 'array', items: reference('PlayerId'), minItems: 1, maxItems: MAX_FRIENDS },
    },
  } satisfies Record<QueryName, Json>;
  return { name, in: 'query', required: name === 'ids', ...details[name] };
}

function answerSchema(answer: string | undefined): Json {
  return answer === undefined ? { type: 'object' } : reference(answer);
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
