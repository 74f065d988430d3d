import type { IncomingMessage } from 'node:http';

import { messageOf } from '../../shared/errors.ts';
import type { SessionCredentials } from '../gateway/credentials.ts';
import type { FaultInjector } from '../faults/fault-injector.ts';
import type { Grant } from '../iam/grants.ts';
import type { ActAs } from '../iam/sessions.ts';
import type { DeniedAccess } from '../iam/usage.ts';
import { startAnsweringServer, type LoopbackServer } from '../../shared/loopback-server.ts';
import { requestUrl } from '../../shared/request-url.ts';
import type { TraceRecorder } from '../lambda/trace-recorder.ts';
import type { LogGroups } from '../logs/log-groups.ts';
import type { Schedules } from '../scheduler/schedules.ts';
import { parseFault } from '../faults/parse-fault.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the control API reads and changes. */
export interface Controlled {
  readonly faults: FaultInjector;
  readonly logs: LogGroups;
  readonly schedules: Schedules;
  readonly traces: TraceRecorder;
  readonly permissions: Permissions;
}

/** The policies of the program, and what has come of them so far. */
export interface Permissions {
  grants(): Grant[];
  usage(): { readonly used: Grant[]; readonly denied: DeniedAccess[] };
  startSession(actAs: ActAs): SessionCredentials;
}

/** The loopback API by which tests set faults, run schedules and read logs. Without authentication: started on request only. */
export function startControlApi(controlled: Controlled): Promise<LoopbackServer> {
  return startAnsweringServer(async (incoming, requestBody) => {
    const { status, body } = await answer(incoming, requestBody, controlled).catch(
      (error: unknown): Answer => ({ status: 400, body: { error: messageOf(error) } }),
    );
    return {
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  });
}

async function answer(
  incoming: IncomingMessage,
  requestBody: Buffer,
  { faults, logs, schedules, traces, permissions }: Controlled,
): Promise<Answer> {
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
        : { status: 404, body: { error: `There is no fault "${id ?? ''}".` } };
    case 'POST schedules run':
      return (await schedules.run(id ?? ''))
        ? { status: 202, body: { schedule: id } }
        : { status: 404, body: { error: `There is no schedule "${id ?? ''}".` } };
    case 'GET logs': {
      const group = url.searchParams.get('group') ?? '';
      const lines = logs.lines(group);
      return lines === undefined
        ? { status: 404, body: { error: `There is no log group "${group}".` } }
        : { status: 200, body: lines };
    }
    case 'GET traces':
      return { status: 200, body: traces.of(id ?? '') };
    case 'GET iam':
      if (id === 'grants') return { status: 200, body: permissions.grants() };
      if (id === 'usage') return { status: 200, body: permissions.usage() };
      return { status: 404, body: { error: 'Use GET /iam/grants or GET /iam/usage.' } };
    case 'POST iam': {
      const actAs = JSON.parse(requestBody.toString()) as ActAs;
      return { status: 201, body: permissions.startSession(actAs) };
    }
    default:
      return {
        status: 404,
        body: {
          error:
            'Use POST, GET or DELETE /faults, POST /schedules/<name>/run, GET /logs?group=<name>, ' +
            'GET /traces/<function>, GET /iam/grants, GET /iam/usage or POST /iam/sessions.',
        },
      };
  }
}
