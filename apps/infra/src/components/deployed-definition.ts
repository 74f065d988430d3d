import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

/** Everything that a deployment of a REST API is a copy of: when any of it changes, another deployment is needed. */
export class DeployedDefinition {
  readonly #parts: unknown[] = [];

  /**
   * Takes the arguments of a resource into the definition.
   *
   * @returns the arguments. `NoInfer`: they are checked against those of the resource, as without this call.
   * @example
   * new aws.apigateway.Method('webhook', definition.include({ restApi, httpMethod: 'POST', ... }));
   */
  include<T>(args: NoInfer<T>): T {
    this.#parts.push(args);
    return args;
  }

  /** Changes with what was taken in until now. */
  hash(): pulumi.Output<string> {
    return pulumi
      .jsonStringify(this.#parts)
      .apply((json) => createHash('sha256').update(json).digest('hex'));
  }
}
