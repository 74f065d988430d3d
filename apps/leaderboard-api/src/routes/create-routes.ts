import type { Route } from '../http/api.ts';
import type { LiveRoutes } from './live-routes.ts';
import { ROUTES, type RouteName } from './routes.ts';
import type { StoredRoutes } from './stored-routes.ts';

/** Every route of the table, with the method that handles it. */
export function createRoutes(live: LiveRoutes, stored: StoredRoutes): Route[] {
  const handlers: Record<RouteName, Route['handle']> = {
    latestSnapshot: (request) => stored.latestSnapshot(request),
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
    openapi: (request) => stored.openapi(request),
  };
  return (Object.keys(ROUTES) as RouteName[]).map((name) => ({
    name,
    path: ROUTES[name].path,
    query: ROUTES[name].query,
    handle: handlers[name],
  }));
}
