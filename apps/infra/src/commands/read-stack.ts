import { resolveStackConfig, type StackConfig } from '../config/stack-config.ts';
import { deployedStack, type DeployedStack } from '../preflight/deployed-stack.ts';
import { readPulumi } from './pulumi-cli.ts';
import type { Environment } from './pulumi-invocation.ts';

/**
 * The configuration with which the program would run.
 *
 * @throws ConfigurationError as the program does.
 */
export async function readStackConfig(
  stack: string,
  environment: Environment,
): Promise<StackConfig> {
  // With secrets, as the program reads them: without, a setting that is a secret would be missing.
  const json = await readPulumi(
    ['config', '--json', '--show-secrets', '--stack', stack],
    environment,
  );
  return resolveStackConfig({ stack, stackConfig: plainValues(json), environment });
}

/** What the state of the stack says about it; secrets stay encrypted. */
export async function readDeployedStack(
  stack: string,
  environment: Environment,
): Promise<DeployedStack> {
  return deployedStack(await readPulumi(['stack', 'export', '--stack', stack], environment));
}

/** The values in `pulumi config --json`: `{ "aws:region": { "value": "us-west-1", "secret": false } }`; a structure has none. */
function plainValues(json: string): Record<string, string> {
  const entries = Object.entries(JSON.parse(json) as Record<string, { value?: string }>);
  return Object.fromEntries(
    entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
  );
}
