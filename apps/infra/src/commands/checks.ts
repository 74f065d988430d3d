import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { LEDGER_TABLE } from '@leaderboard/tables';

import type { StackConfig } from '../config/stack-config.ts';
import { accountOfStack } from '../preflight/account-of-stack.ts';
import { clientOptions } from '../preflight/client-options.ts';
import { changeOfNames } from '../preflight/deployed-names.ts';
import type { DeployedStack } from '../preflight/deployed-stack.ts';
import { refusalAfterInterruption } from '../preflight/interrupted-run.ts';
import { LambdaAccount } from '../preflight/lambda-account.ts';
import { logRoleOfAccount, refusalOfLogRole } from '../preflight/log-role.ts';
import { preflight } from '../preflight/preflight.ts';
import { queuedMessages } from '../preflight/queued-messages.ts';
import { refusalOfAccount } from '../preflight/stack-owner.ts';
import { type Ask, refusalToDestroy, refusalToDiscard } from './confirm-destroy.ts';
import type { InfraCommand } from './options.ts';
import { refusalOfLocalState } from './preconditions.ts';
import type { Environment, InfraOptions } from './pulumi-invocation.ts';
import { readDeployedStack, readStackConfig } from './read-stack.ts';

export interface CheckedCommand {
  command: InfraCommand;
  options: InfraOptions;
  environment: Environment;
  ask: Ask;
}

export interface CheckOutcome {
  /** Why the command does not run; undefined when it may. */
  refusal: string | undefined;
  /** Whether the stack has tables or queues, which an update could lose. */
  holdsData: boolean;
}

/** What a check compares: the deployed stack, and the configuration where the command runs the program. */
interface CheckedStack extends CheckedCommand {
  deployed: DeployedStack;
  config: StackConfig | undefined;
}

/**
 * Compares what a command would do with the stack that is deployed, before Pulumi starts. Notes go to stderr: stdout is Pulumi's.
 *
 * @throws Error when the state or the configuration cannot be read.
 */
export async function checkCommand(command: CheckedCommand): Promise<CheckOutcome> {
  const { options, environment } = command;
  const checks = CHECKS[command.command];
  if (checks.length === 0) return { refusal: undefined, holdsData: false };
  const runsProgram = command.command === 'preview' || command.command === 'up';
  const checked: CheckedStack = {
    ...command,
    config: runsProgram ? await readStackConfig(options.stack, environment) : undefined,
    deployed: await readDeployedStack(options.stack, environment),
  };
  for (const check of checks) {
    const refusal = await check(checked);
    if (refusal !== undefined) return { refusal, holdsData: holdsData(checked) };
  }
  return { refusal: undefined, holdsData: holdsData(checked) };
}

type Check = (checked: CheckedStack) => Promise<string | undefined> | string | undefined;

const CHECKS: Readonly<Record<InfraCommand, readonly Check[]>> = {
  preview: [checkState, checkNames, checkAccount],
  up: [checkState, checkInterruption, checkNames, checkAccount, checkLogRole, checkQuota],
  refresh: [checkAccount],
  drift: [checkAccount],
  destroy: [checkInterruption, checkAccount, checkMessages, checkConfirmation],
  outputs: [],
};

function checkState({ config, options, environment }: CheckedStack): string | undefined {
  return refusalOfLocalState(options.stack, config?.environmentSuffix, environment);
}

function checkInterruption({ deployed, options }: CheckedStack): string | undefined {
  return refusalAfterInterruption(options.stack, deployed.interrupted);
}

function checkNames({ config, deployed, options }: CheckedStack): string | undefined {
  if (config === undefined) return undefined;
  return changeOfNames(config, deployed, { changeSuffix: options.changeSuffix === true });
}

async function checkAccount(checked: CheckedStack): Promise<string | undefined> {
  const { config, deployed, options } = checked;
  const suffix = config?.environmentSuffix ?? [...deployed.suffixes.keys()].at(0);
  const region = config?.region ?? deployed.region;
  if (suffix === undefined || region === undefined || options.preflight === false) return undefined;
  const ledger = `${LEDGER_TABLE.name}-${suffix}`;
  try {
    const account = await accountOfStack(
      {
        dynamodb: new DynamoDBClient(clientOptions(region)),
        lambda: new LambdaClient(clientOptions(region)),
      },
      { ledger, processor: `leaderboard-processor-${suffix}` },
    );
    return refusalOfAccount(
      {
        stack: options.stack,
        stateLocation: config?.stateLocation ?? 'this backend',
        ledger,
        allowedAccountIds: config?.allowedAccountIds ?? [],
        // Without the program no table is created, so that none can be in the way.
        adoptTables: config?.adoptTables ?? true,
      },
      deployed,
      account,
    );
  } catch (error) {
    console.error(
      `Whether the credentials and the state are those of stack ${options.stack} was not checked: ${reason(error)}. It needs ` +
        'dynamodb:DescribeTable, dynamodb:ListTagsOfResource and lambda:GetFunctionConfiguration.',
    );
    return undefined;
  }
}

async function checkLogRole({
  config,
  deployed,
  options,
}: CheckedStack): Promise<string | undefined> {
  if (config === undefined || options.preflight === false) return undefined;
  const { region, manageApiGatewayAccount: manages } = config;
  try {
    return refusalOfLogRole(
      { stack: options.stack, region, manages, isDeployed: deployed.hasLogRole },
      await logRoleOfAccount(new APIGatewayClient(clientOptions(region))),
    );
  } catch (error) {
    console.error(
      `Whether API Gateway has a role for logs was not checked: ${reason(error)}. It needs apigateway:GET on /account.`,
    );
    return undefined;
  }
}

async function checkQuota({ config, options }: CheckedStack): Promise<string | undefined> {
  if (config === undefined) return undefined;
  if (options.preflight === false) {
    console.error('Preflight skipped: --no-preflight.');
    return undefined;
  }
  const account = new LambdaAccount(new LambdaClient(clientOptions(config.region)));
  const { outcome, message } = await preflight(options.stack, config, account);
  if (outcome === 'refused') return message;
  console.error(message);
  return undefined;
}

function holdsData({ deployed }: CheckedStack): boolean {
  return deployed.tables.size > 0 || deployed.queues.length > 0;
}

async function checkMessages({
  deployed,
  options,
  ask,
}: CheckedStack): Promise<string | undefined> {
  const queues = deployed.queues.filter(({ isProtected }) => !isProtected);
  if (deployed.region === undefined || options.discardMessages === true) return undefined;
  const sqs = new SQSClient({ ...clientOptions(deployed.region), useQueueUrlAsEndpoint: false });
  const messages = await queuedMessages(queues, sqs).catch(reason);
  return refusalToDiscard(options, messages, ask);
}

function checkConfirmation({ deployed, options, ask }: CheckedStack): Promise<string | undefined> {
  return refusalToDestroy(options, deployed.suffixes.keys(), ask);
}

/** The SDK's errors have their code as the name, which often says more than the message. */
function reason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
