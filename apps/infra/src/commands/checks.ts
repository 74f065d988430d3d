import type { StackConfig } from '../config/stack-config.ts';
import { changeOfNames } from '../preflight/deployed-names.ts';
import { LambdaAccount, lambdaClient } from '../preflight/lambda-account.ts';
import { preflight } from '../preflight/preflight.ts';
import { type Ask, refusalToDestroy } from './confirm-destroy.ts';
import type { InfraCommand } from './options.ts';
import type { Environment, InfraOptions } from './pulumi-invocation.ts';
import { readDeployedStack, readStackConfig } from './read-stack.ts';

export interface CheckedCommand {
  command: InfraCommand;
  options: InfraOptions;
  environment: Environment;
  ask: Ask;
}

/**
 * Compares what a command would do with the stack that is deployed, before Pulumi starts. Notes go to stderr: stdout is Pulumi's.
 *
 * @returns why the command does not run, or undefined when it may.
 * @throws Error when the state or the configuration cannot be read.
 */
export async function refusalOf({
  command,
  options,
  environment,
  ask,
}: CheckedCommand): Promise<string | undefined> {
  if (command === 'destroy') return refusalToDestroy(options, ask);
  if (command !== 'preview' && command !== 'up') return undefined;
  const config = await readStackConfig(options.stack, environment);
  const deployed = await readDeployedStack(options.stack, environment);
  return (
    changeOfNames({ stack: options.stack, ...config }, deployed, {
      changeSuffix: options.changeSuffix === true,
    }) ?? (command === 'up' ? refusalOfQuota(options, config) : undefined)
  );
}

async function refusalOfQuota(
  options: InfraOptions,
  config: StackConfig,
): Promise<string | undefined> {
  if (options.preflight === false) {
    console.error('Preflight skipped: --no-preflight.');
    return undefined;
  }
  const account = new LambdaAccount(lambdaClient(config.region));
  const { outcome, message } = await preflight(options.stack, config, account);
  if (outcome === 'refused') return message;
  console.error(message);
  return undefined;
}
