import { arn } from '../../shared/arn.ts';
import type { AccessControl } from '../iam/access-control.ts';
import type { AccessRequest } from '../iam/operations/operation.ts';

/** Checks the resource-based policies of functions for callers without a role of the program. */
export class FunctionPermissions {
  readonly #access: AccessControl;
  readonly #region: string;

  constructor(access: AccessControl, region: string) {
    this.#access = access;
    this.#region = region;
  }

  /** Whether a service may invoke the function on behalf of one of its resources. */
  async allows(
    functionName: string,
    { principal, sourceArn }: { readonly principal: string; readonly sourceArn: string },
  ): Promise<boolean> {
    const denial = await this.#access.denialOf({ kind: 'service', service: principal, sourceArn }, [
      { action: 'lambda:InvokeFunction', resource: this.#arnOf(functionName) },
    ]);
    return denial === undefined;
  }

  /**
   * Whether anyone may call the function by its URL. Since October 2025 that needs both actions ("Control access to
   * Lambda function URLs" in the Lambda developer guide).
   *
   * @returns the actions that are not allowed; none if the URL is public
   */
  async missingForPublicUrl(functionName: string): Promise<string[]> {
    const resource = this.#arnOf(functionName);
    const requests: AccessRequest[] = [
      {
        action: 'lambda:InvokeFunctionUrl',
        resource,
        conditions: { 'lambda:FunctionUrlAuthType': () => 'NONE' },
      },
      {
        action: 'lambda:InvokeFunction',
        resource,
        conditions: { 'lambda:InvokedViaFunctionUrl': () => 'true' },
      },
    ];
    const missing: string[] = [];
    for (const request of requests) {
      const denial = await this.#access.denialOf({ kind: 'anonymous' }, [request]);
      if (denial !== undefined) missing.push(request.action);
    }
    return missing;
  }

  #arnOf(functionName: string): string {
    return arn('lambda', this.#region, `function:${functionName}`);
  }
}
