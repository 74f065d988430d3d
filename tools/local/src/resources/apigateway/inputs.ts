import { createHash } from 'node:crypto';

import { RestApiDefinition } from '../../services/apigateway/rest-api-definition.ts';
import type { RestApis } from '../../services/apigateway/rest-apis.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

/** The API that a resource belongs to. */
export function apiOf(
  inputs: ResourceInputs,
  restApis: RestApis,
  key = 'restApi',
): RestApiDefinition {
  const id = inputs.string(key);
  const api = restApis.byId.get(id);
  if (api !== undefined) return api;
  throw new LocalStackError('InvalidResource', `The program has no REST API "${id}".`);
}

/** The method that a resource belongs to, with its key in the maps of the API. */
export function methodPlaceOf(inputs: ResourceInputs, restApis: RestApis) {
  const httpMethod = inputs.string('httpMethod');
  const resourceId = inputs.string('resourceId');
  const key = RestApiDefinition.methodKey(httpMethod, resourceId);
  return { api: apiOf(inputs, restApis), key, httpMethod, resourceId };
}

/** Ten characters, as API Gateway's ids have; the same in every run. */
export function idOf(kind: string, name: string): string {
  return createHash('sha256').update(`${kind} ${name}`).digest('hex').slice(0, 10);
}

/**
 * The headers that a resource's `responseParameters` set, each to a fixed string.
 *
 * @param prefix of a parameter, before the header's name; for example `gatewayresponse.header.`
 */
export function fixedHeaders(
  resourceName: string,
  inputs: ResourceInputs,
  prefix: string,
): Record<string, string> {
  const headers = Object.entries(inputs.stringRecord('responseParameters')).map(
    ([parameter, value]) => {
      const fixed = /^'(.*)'$/.exec(value)?.[1];
      if (parameter.startsWith(prefix) && fixed !== undefined) {
        return [parameter.slice(prefix.length), fixed] as const;
      }
      throw new LocalStackError(
        'UnsupportedProperty',
        `Response "${resourceName}": the local stack sets ${prefix}… to strings in single quotes, not ${parameter} to ${value}.`,
      );
    },
  );
  return Object.fromEntries(headers);
}
