import { arn, nameFromArn } from '../../shared/arn.ts';
import type { AccessControl } from '../iam/access-control.ts';
import type { AccessRequest } from '../iam/operations/operation.ts';
import type { ResourceInputs } from '../../resources/resource-inputs.ts';
import type { ResourceProvider } from '../../resources/stack-context.ts';

/** Asks the resource-based policies of functions whether they may be invoked by those who have no role here. */
export class FunctionPermissions {
  readonly #access: Pick<AccessControl, 'denialOf'>;
  readonly #region: string;

  constructor(access: Pick<AccessControl, 'denialOf'>, region: string) {
    this.#access = access;
    this.#region = region;
  }

  /** Whether a service may invoke the function on behalf of a resource of its own. */
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
   * Whether anyone may call the function by its URL. Since October 2025 that takes both actions ("Control access to
   * Lambda function URLs" in the Lambda developer guide).
   *
   * @returns the actions that are not allowed; none when the URL is public.
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

/** A permission is one statement of the function's policy ("AddPermission" in the Lambda API reference). */
const createPermission: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const statementId = inputs.optionalText('statementId') ?? logicalName;
  inputs.refuse('qualifier', 'functions have one version, $LATEST.');
  inputs.refuse('principalOrgId', 'it has one account, in no organization.');
  const functionName = nameFromArn(inputs.text('function'));
  const functionArn = arn('lambda', stack.region, `function:${functionName}`);
  stack.resourcePolicies.add(functionArn, `function/${functionName}`, {
    Sid: statementId,
    Effect: 'Allow',
    Principal: principalElement(inputs.text('principal')),
    Action: inputs.text('action'),
    Resource: functionArn,
    Condition: conditionsOf(inputs),
  });
  return { id: statementId, outputs: { statementId } };
};

function principalElement(principal: string): unknown {
  if (principal === '*') return '*';
  return principal.includes('.amazonaws.com') ? { Service: principal } : { AWS: principal };
}

function conditionsOf(inputs: ResourceInputs): Record<string, Record<string, string>> {
  const sourceArn = inputs.optionalText('sourceArn');
  const equals = {
    'aws:SourceAccount': inputs.optionalText('sourceAccount'),
    'lambda:FunctionUrlAuthType': inputs.optionalText('functionUrlAuthType'),
  };
  const equalsGiven = Object.entries(equals).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
    ...(equalsGiven.length > 0 && { StringEquals: Object.fromEntries(equalsGiven) }),
    ...(inputs.flag('invokedViaFunctionUrl', false) && {
      Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
    }),
  };
}

export const lambdaPermissionResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:lambda/permission:Permission': createPermission,
};
