import type { IncomingMessage } from 'node:http';

import { messageOf } from '../../shared/errors.ts';
import type { SessionCredentials } from '../gateway/credentials.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type { Grant } from '../iam/grants.ts';
import type { ActAs } from '../iam/sessions.ts';
import type { DeniedAccess } from '../iam/usage.ts';
import { requestUrl, startHttpServer, type LoopbackServer } from '../../shared/loopback-server.ts';
import type { TraceRecorder } from '../lambda/tracing.ts';
import type { LogGroups } from '../logs/log-groups.ts';
import type { Schedule } from '../scheduler/schedule.ts';
import { parseFault } from '../faults/parse-fault.ts';

interface ControlResponse {
  readonly status: number;
  readonly body: unknown;
}

/** What the control API reads and changes. */
export interface Controlled {
  readonly faults: FaultInjector;
  readonly logs: LogGroups;
  /** By name. */
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly traces: TraceRecorder;
  readonly permissions: Permissions;
}

/** The policies of the program, and their use so far. */
export interface Permissions {
  grants(): Grant[];
  usage(): { readonly used: Grant[]; readonly denied: DeniedAccess[] };
  startSession(actAs: ActAs): SessionCredentials;
}

/**
 * The loopback API through which tests inject faults, fire schedules and read logs. It has no authentication and starts
 * only on request.
 */
export function startControlApi(controlled: Controlled): Promise<LoopbackServer> {
  return startHttpServer(async (incoming, requestBody) => {
    const { status, body } = await respond(incoming, requestBody, controlled).catch(
      (error: unknown): ControlResponse => ({ status: 400, body: { error: messageOf(error) } }),
    );
    return {
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  });
}

async function respond(
  incoming: IncomingMessage,
  requestBody: Buffer,
  { faults, logs, schedules, traces, permissions }: Controlled,
): Promise<ControlResponse> {
  const url = requestUrl(incoming);
  const [resource, id, action] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  switch ([incoming.method, resource, action].filter(Boolean).join(' ')) {
    case 'POST faults': {
      const fault = parseFault(JSON.parse(requestBody.toString()));
      return { status: 201, body: { id: faults.add(fault) } };
    }
    case 'GET faults':
      return { status: 200, body: faults.list() };
    case 'DELETE faults':
      return faults.remove(id ?? '')
        ? { status: 200, body: { id } }
        : notFound(`There is no fault "${id ?? ''}".`);
    case 'POST schedules run': {
      const schedule = schedules.get(id ?? '');
      if (schedule === undefined) return notFound(`There is no schedule "${id ?? ''}".`);
      await schedule.fire();
      return { status: 202, body: { schedule: id } };
    }
    case 'GET logs': {
      const group = url.searchParams.get('group') ?? '';
      const lines = logs.lines(group);
      return lines === undefined
        ? notFound(`There is no log group "${group}".`)
        : { status: 200, body: lines };
    }
    case 'GET traces':
      return { status: 200, body: traces.of(id ?? '') };
    case 'GET iam':
      if (id === 'grants') return { status: 200, body: permissions.grants() };
      if (id === 'usage') return { status: 200, body: permissions.usage() };
      return notFound('Use GET /iam/grants or GET /iam/usage.');
    case 'POST iam': {
      const actAs = JSON.parse(requestBody.toString()) as ActAs;
      return { status: 201, body: permissions.startSession(actAs) };
    }
    default:
      return notFound(
        'Use POST, GET or DELETE /faults, POST /schedules/<name>/run, GET /logs?group=<name>, ' +
          'GET /traces/<function>, GET /iam/grants, GET /iam/usage or POST /iam/sessions.',
      );
  }
}

function notFound(error: string): ControlResponse {
  return { status: 404, body: { error } };
}
