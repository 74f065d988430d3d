import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

/** What a deployment of a REST API copies: when any of it changes, a new deployment is needed. */
export class DeployedDefinition {
  readonly #parts: unknown[] = [];

  /**
   * Adds the arguments of a resource to the definition.
   *
   * @returns the arguments. `NoInfer` lets the compiler check them against those of the resource, as without this call.
   * @example
   * new aws.apigateway.Method('webhook', definition.include({ restApi, httpMethod: 'POST', ... }));
   */
  include<T>(args: NoInfer<T>): T {
    this.#parts.push(args);
    return args;
  }

  /** Changes with everything that was included so far. */
  hash(): pulumi.Output<string> {
    return pulumi
      .jsonStringify(this.#parts)
      .apply((json) => createHash('sha256').update(json).digest('hex'));
  }
}
