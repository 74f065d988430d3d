import type { ResourcePolicies } from '../../services/iam/resource-policies.ts';
import { arn, nameFromArn } from '../../shared/arn.ts';
import type { CreatedResource, ResourceRequest } from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

/** A permission is one statement of the function's policy ("AddPermission" in the Lambda API reference). */
export function createPermission(
  { name: logicalName, inputs }: ResourceRequest,
  region: string,
  resourcePolicies: ResourcePolicies,
): CreatedResource {
  const statementId = inputs.optionalString('statementId') ?? logicalName;
  inputs.unsupported('qualifier', 'functions have one version, $LATEST.');
  inputs.unsupported('principalOrgId', 'it has one account, in no organization.');
  const functionName = nameFromArn(inputs.string('function'));
  const functionArn = arn('lambda', region, `function:${functionName}`);
  resourcePolicies.add(functionArn, `function/${functionName}`, {
    Sid: statementId,
    Effect: 'Allow',
    Principal: principalElement(inputs.string('principal')),
    Action: inputs.string('action'),
    Resource: functionArn,
    Condition: conditionsOf(inputs),
  });
  return { id: statementId, outputs: { statementId } };
}

function principalElement(principal: string): unknown {
  if (principal === '*') return '*';
  return principal.includes('.amazonaws.com') ? { Service: principal } : { AWS: principal };
}

function conditionsOf(inputs: ResourceInputs): Record<string, Record<string, string>> {
  const sourceArn = inputs.optionalString('sourceArn');
  const equals = {
    'aws:SourceAccount': inputs.optionalString('sourceAccount'),
    'lambda:FunctionUrlAuthType': inputs.optionalString('functionUrlAuthType'),
  };
  const equalsGiven = Object.entries(equals).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
    ...(equalsGiven.length > 0 && { StringEquals: Object.fromEntries(equalsGiven) }),
    ...(inputs.boolean('invokedViaFunctionUrl', false) && {
      Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
    }),
  };
}
