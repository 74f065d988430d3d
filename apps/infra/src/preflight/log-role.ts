import { type APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';

/** How a stack stands to the role with which API Gateway writes logs. */
export interface LogRoleOfStack {
  stack: string;
  region: string;
  /** The stack sets the role of the account: the setting `manageApiGatewayAccount`. */
  manages: boolean;
  /** It has done so already. */
  isDeployed: boolean;
}

/**
 * The role with which API Gateway writes the logs of all APIs of the account in this region; undefined when none is set. Needs
 * `apigateway:GET` on `/account`.
 */
export async function logRoleOfAccount(
  client: Pick<APIGatewayClient, 'send'>,
): Promise<string | undefined> {
  const { cloudwatchRoleArn } = await client.send(new GetAccountCommand({}));
  return cloudwatchRoleArn || undefined;
}

/**
 * Why a stack may not set the role of the account, or must; undefined when its setting suits the account. There is one role per account
 * and region: setting it a second time takes the logs of every API there over.
 */
export function refusalOfLogRole(
  { stack, region, manages, isDeployed }: LogRoleOfStack,
  roleArn: string | undefined,
): string | undefined {
  if (manages && !isDeployed && roleArn !== undefined) {
    return (
      `API Gateway already writes the logs of this account in ${region} with ${roleArn}, which this stack would replace for every API there. ` +
      `Nothing was changed. Set leaderboard:manageApiGatewayAccount to 'false' in apps/infra/Pulumi.${stack}.yaml: the stack then uses that role.`
    );
  }
  if (!manages && roleArn === undefined) {
    return (
      `leaderboard:manageApiGatewayAccount of stack ${stack} is false, but API Gateway has no role for logs in ${region}, without which the API ` +
      `cannot be deployed. Nothing was changed. Remove the setting from apps/infra/Pulumi.${stack}.yaml: the stack then sets a role.`
    );
  }
  return undefined;
}
