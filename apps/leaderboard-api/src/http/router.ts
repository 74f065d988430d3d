import {
  NotFoundError,
  ParameterValidationError,
  Router,
} from '@aws-lambda-powertools/event-handler/http';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { ApiError, quoted } from '../errors.ts';
import type { ApiObserver } from './request-observer.ts';
import { toRouterEvent, toUrlRequest } from './function-url-event.ts';
import { errorAnswer, type Answer } from './response.ts';
import { QueryParameters } from './query-parameters.ts';
import { isPassingFault } from '../read-faults.ts';
import type { RouteRequest } from '../routes/player-ids.ts';
import { ROUTES, type RouteDescription, type RouteName } from '../routes/route-table.ts';

export type RouteHandlers = Readonly<
  Record<RouteName, (request: RouteRequest) => Answer | Promise<Answer>>
>;

export interface ApiOptions {
  readonly handlers: RouteHandlers;
  readonly observer: ApiObserver;
  /** For the router's own messages. */
  readonly logger: Logger;
}

export type ApiHandler = (
  event: unknown,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

const ALLOWED_METHODS = ['GET', 'HEAD'];

/** Answers every event of a function URL in JSON. No event makes it throw; only a read that fails gives a 5xx. */
export function createApi(options: ApiOptions): ApiHandler {
  const router = createRouter(options);
  return async (event, context) => {
    const finish = options.observer.requestStarted(context);
    const request = toUrlRequest(event);
    const isAllowed = ALLOWED_METHODS.includes(request.method);
    const result = isAllowed
      ? await router.resolve(toRouterEvent(request), context)
      : toResult(refuseMethod(request.method));
    finish(result.statusCode ?? 200);
    return request.method === 'HEAD' ? { ...result, body: '' } : result;
  };
}

function createRouter({ handlers, observer, logger }: ApiOptions): Router {
  const router = new Router({ logger });
  for (const [name, description] of Object.entries(ROUTES) as [RouteName, RouteDescription][]) {
    router.get(routerPath(description.path), async ({ req, params }) => {
      observer.routeFound(name);
      const answer = await handlers[name]({
        path: params,
        query: new QueryParameters(new URL(req.url).searchParams, description.query),
        ifNoneMatch: req.headers.get('if-none-match') ?? undefined,
      });
      return toResponse(answer);
    });
  }
  router.errorHandler(ApiError, async ({ status, message, retryAfterSeconds }) =>
    toResponse(errorAnswer(status, message, retryAfter(retryAfterSeconds))),
  );
  router.errorHandler(NotFoundError, async (_error, { req }) => {
    const path = quoted(new URL(req.url).pathname);
    return toResponse(errorAnswer(404, `There is no route ${path}; GET /openapi.json lists them.`));
  });
  router.errorHandler([URIError, ParameterValidationError], async (_error, { req }) => {
    const path = quoted(new URL(req.url).pathname);
    const remedy = 'write each part of it URL-encoded in UTF-8, and leave none empty';
    return toResponse(errorAnswer(400, `The path ${path} cannot be read; ${remedy}.`));
  });
  router.errorHandler(Error, async (error) => {
    observer.readFailed(error);
    return toResponse(
      isPassingFault(error)
        ? errorAnswer(503, 'The leaderboards cannot be read right now; try again.', retryAfter(1))
        : errorAnswer(500, 'The leaderboards cannot be read. The fault is ours and is recorded.'),
    );
  });
  return router;
}

/** The router has its own syntax for path parameters. */
function routerPath(path: RouteDescription['path']): `/${string}` {
  return path.replaceAll(/\{(\w+)\}/g, ':$1') as `/${string}`;
}

function refuseMethod(method: string): Answer {
  const allow = ALLOWED_METHODS.join(', ');
  return errorAnswer(405, `Method ${quoted(method)} is not allowed; use GET.`, { allow });
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

/** A browser must not take an answer for anything but JSON. */
const JSON_HEADERS = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };

function toResponse({ status, body, headers }: Answer): Response {
  return new Response(body, { status, headers: { ...JSON_HEADERS, ...headers } });
}

function toResult({ status, body, headers }: Answer): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...JSON_HEADERS, ...headers }, body: body ?? '' };
}
