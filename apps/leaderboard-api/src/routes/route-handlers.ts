import type { ExplainRoute } from './explain-route.ts';
import type { LiveRoutes } from './live-routes.ts';
import type { RouteHandlers } from './served-routes.ts';
import type { StoredRoutes } from './stored-routes.ts';

/** The method that handles each route. */
export function routeHandlers(
  live: LiveRoutes,
  stored: StoredRoutes,
  explain: ExplainRoute,
): RouteHandlers {
  return {
    latestSnapshot: () => stored.latestSnapshot(),
    boards: (request) => live.boards(request),
    page: (request) => live.page(request),
    friends: (request) => live.friends(request),
    player: (request) => live.player(request),
    around: (request) => live.around(request),
    distribution: (request) => live.distribution(request),
    standings: (request) => live.standings(request),
    snapshots: (request) => stored.snapshots(request),
    snapshot: (request) => stored.snapshot(request),
    history: (request) => stored.history(request),
    explain: (request) => explain.explain(request),
    openapi: () => stored.openapi(),
  };
}
