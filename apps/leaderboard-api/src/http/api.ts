import {
  NotFoundError,
  ParameterValidationError,
  Router,
} from '@aws-lambda-powertools/event-handler/http';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { ApiError, failedReadError, quoted } from '../errors.ts';
import { toRouterEvent, toUrlRequest } from './function-url-event.ts';
import { QueryParameters } from './query-parameters.ts';
import type { RequestObserver } from './request-observer.ts';
import { errorResponse, unlessKnown, type HttpResponse } from './response.ts';

/** A request as its route gets it. */
export interface RouteRequest {
  /** Decoded path parameters by name. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: QueryParameters;
}

export interface Route {
  /** Names the route in logs. */
  readonly name: string;
  /** Path parameters in braces: `/leaderboards/{board}`. */
  readonly path: `/${string}`;
  /** The query parameters that it accepts. */
  readonly query: readonly string[];
  readonly handle: (request: RouteRequest) => HttpResponse | Promise<HttpResponse>;
}

export interface ApiOptions {
  /** All of them are GET. */
  readonly routes: readonly Route[];
  readonly observer: RequestObserver;
  /** For the router's own messages. */
  readonly logger: Logger;
}

export type ApiHandler = (
  event: unknown,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

const ALLOWED_METHODS = ['GET', 'HEAD'];

/** Handles every event of a function URL in JSON. It never throws, and only a failed read gives a 5xx. */
export function createApi(options: ApiOptions): ApiHandler {
  const router = createRouter(options);
  return async (event, context) => {
    const finish = options.observer.requestStarted(context);
    const request = toUrlRequest(event);
    const result = ALLOWED_METHODS.includes(request.method)
      ? await router.resolve(toRouterEvent(request), context)
      : toResult(methodNotAllowed(request.method));
    finish(result.statusCode ?? 200);
    return request.method === 'HEAD' ? { ...result, body: '' } : result;
  };
}

function createRouter({ routes, observer, logger }: ApiOptions): Router {
  const router = new Router({ logger });
  for (const { name, path, query, handle } of routes) {
    router.get(routerPath(path), async ({ req, params }) => {
      observer.routeFound(name);
      const response = await handle({
        path: params,
        query: new QueryParameters(new URL(req.url).searchParams, query),
      });
      return toWebResponse(unlessKnown(response, req.headers.get('if-none-match') ?? undefined));
    });
  }
  router.errorHandler(ApiError, async (error) => toWebResponse(errorResponse(error)));
  router.errorHandler(NotFoundError, async (_error, { req }) => {
    const problem = `Route ${quotedPath(req)} not found`;
    return toWebResponse(
      errorResponse(new ApiError('NotFound', `${problem}. GET /openapi.json lists the routes.`)),
    );
  });
  router.errorHandler([URIError, ParameterValidationError], async (_error, { req }) => {
    const problem = `Invalid path ${quotedPath(req)}`;
    const remedy = 'URL-encode each segment in UTF-8 and leave none empty';
    return toWebResponse(errorResponse(new ApiError('BadRequest', `${problem}. ${remedy}.`)));
  });
  router.errorHandler(Error, async (error) => {
    observer.readFailed(error);
    return toWebResponse(errorResponse(failedReadError(error)));
  });
  return router;
}

/** The router has its own syntax for path parameters. */
function routerPath(path: Route['path']): `/${string}` {
  return path.replaceAll(/\{(\w+)\}/g, ':$1') as `/${string}`;
}

function quotedPath({ url }: Request): string {
  return quoted(new URL(url).pathname);
}

function methodNotAllowed(method: string): HttpResponse {
  return errorResponse(
    new ApiError('MethodNotAllowed', `Method ${quoted(method)} is not allowed. Use GET.`),
    { allow: ALLOWED_METHODS.join(', ') },
  );
}

function toWebResponse({ status, body, headers }: HttpResponse): Response {
  return new Response(body, { status, headers });
}

function toResult({ status, body, headers }: HttpResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers, body: body ?? '' };
}
