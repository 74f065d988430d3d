import type { CorsRules } from '../../services/lambda/cors.ts';
import type { FunctionHost } from '../../services/lambda/function-host.ts';
import type { FunctionPermissions } from '../../services/lambda/function-permissions.ts';
import { FunctionUrl } from '../../services/lambda/function-url.ts';
import { nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { Lifecycle } from '../../shared/lifecycle.ts';
import { startHttpServer, type PortChoice } from '../../shared/loopback-server.ts';
import type { CreatedResource, ResourceRequest } from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

export interface FunctionUrlOptions {
  /** By name. */
  readonly functions: ReadonlyMap<string, FunctionHost>;
  readonly functionPermissions: FunctionPermissions;
  readonly urlPort: PortChoice;
  readonly lifecycle: Lifecycle;
}

export async function createFunctionUrl(
  { name, inputs }: ResourceRequest,
  { functions, functionPermissions, urlPort, lifecycle }: FunctionUrlOptions,
): Promise<CreatedResource> {
  const functionName = nameFromArn(inputs.string('functionName'));
  const host = functions.get(functionName);
  const authType = inputs.string('authorizationType');
  if (host === undefined) {
    throw new LocalStackError(
      'InvalidResource',
      `Function URL "${name}": the program has no function "${functionName}".`,
    );
  }
  if (authType !== 'NONE') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Function URL "${name}": the local stack checks no signatures, so authorizationType must be NONE, not ${authType}.`,
    );
  }
  if ((inputs.optionalString('invokeMode') ?? 'BUFFERED') !== 'BUFFERED') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Function URL "${name}": the local stack does not stream responses; invokeMode must be BUFFERED.`,
    );
  }
  const url = new FunctionUrl(host, functionPermissions, corsRulesOf(inputs.child('cors')));
  const server = lifecycle.stopping(
    await startHttpServer((incoming, body) => url.respond(incoming, body), urlPort),
  );
  return {
    id: functionName,
    outputs: {
      functionUrl: `${server.url}/`,
      functionArn: host.settings.arn,
      urlId: new URL(server.url).host,
    },
  };
}

function corsRulesOf(inputs: ResourceInputs | undefined): CorsRules | undefined {
  if (inputs === undefined) return undefined;
  return {
    allowOrigins: inputs.strings('allowOrigins'),
    allowMethods: inputs.strings('allowMethods'),
    allowHeaders: inputs.strings('allowHeaders'),
    exposeHeaders: inputs.strings('exposeHeaders'),
    allowCredentials: inputs.boolean('allowCredentials', false),
    maxAgeSeconds: inputs.optionalNumber('maxAge') ?? 0,
  };
}
