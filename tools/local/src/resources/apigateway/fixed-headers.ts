import { LocalStackError } from '../../shared/errors.ts';
import type { ResourceRequest } from '../resource-inputs.ts';

/**
 * The headers that a resource's `responseParameters` set, each to a text.
 *
 * @param prefix what stands before the header's name, for example `gatewayresponse.header.`
 */
export function fixedHeaders(
  { name, inputs }: Pick<ResourceRequest, 'name' | 'inputs'>,
  prefix: string,
): Record<string, string> {
  const headers = Object.entries(inputs.textRecord('responseParameters')).map(
    ([parameter, value]) => {
      const text = /^'(.*)'$/.exec(value)?.[1];
      if (parameter.startsWith(prefix) && text !== undefined) {
        return [parameter.slice(prefix.length), text] as const;
      }
      throw new LocalStackError(
        'UnsupportedProperty',
        `Response "${name}": the local stack sets ${prefix}… to fixed texts in single quotes, not ${parameter} to ${value}.`,
      );
    },
  );
  return Object.fromEntries(headers);
}
