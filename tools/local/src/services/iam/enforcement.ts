import type { GatewayRequest, GatewayResponse, Interceptor } from '../gateway/gateway.ts';
import type { AccessControl } from './access-control.ts';
import { accessDenied } from './access-denied.ts';
import { ruleOf } from './operations/operation-table.ts';
import { principalArn, principalOf } from './principal.ts';
import { listBucket } from './operations/s3.ts';
import type { ResourceNames } from './resource-names.ts';

/** Passes a call on if the policies of the program allow it, else responds with the AccessDenied error of its service. */
export function enforcePolicies(access: AccessControl, names: ResourceNames): Interceptor {
  return async (request, next): Promise<GatewayResponse> => {
    const denial = await denialOf(request, access, names);
    if (denial !== undefined) return accessDenied(request, denial);
    const response = await next();
    if (response.status !== 404 || !OBJECT_READS.has(request.operation)) return response;
    const unlisted = await access.denialOf(principalOf(request.caller), listBucket(request.path));
    return unlisted === undefined ? response : accessDenied(request, unlisted);
  };
}

/** Whether an object is absent, S3 says only to who may list the bucket ("Required permissions" of GetObject and HeadObject). */
const OBJECT_READS: ReadonlySet<string> = new Set(['GetObject', 'HeadObject']);

async function denialOf(
  request: GatewayRequest,
  access: AccessControl,
  names: ResourceNames,
): Promise<string | undefined> {
  const { service, operation, path, caller } = request;
  const principal = principalOf(caller);
  const rule = ruleOf(service, operation);
  if (rule === undefined) {
    // It is unknown which actions the operation needs: administrators may call it, roles may not.
    if (principal.kind === 'administrator') return undefined;
    return (
      `User: ${principalArn(principal)} is not authorized to perform: ${service}:${operation || 'an unknown operation'}: ` +
      'the local stack does not know which actions this operation needs. Add it to tools/local/src/services/iam/operations.'
    );
  }
  const input = inputOf(request);
  return input === undefined ? undefined : access.denialOf(principal, rule({ input, path }, names));
}

/** The members of the request; undefined for a malformed body, which the engine rejects. */
function inputOf({ service, query, body }: GatewayRequest): Record<string, unknown> | undefined {
  if (query !== undefined) return Object.fromEntries(query);
  // The payload of an invocation or an object is arbitrary; the function or the object is in the path.
  if (service === 'lambda' || service === 's3') return {};
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
