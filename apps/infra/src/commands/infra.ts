import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';

import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Command } from 'commander';

import { refusalToDestroy } from './confirm-destroy.ts';
import { findMissing } from './preconditions.ts';
import { PULUMI_VERSION, pulumiFolder, readPulumi, runPulumi } from './pulumi-cli.ts';
import { addOptions, INFRA_COMMANDS, INFRA_OPTIONS, type InfraCommand } from './options.ts';
import { refusalOfArguments } from './unsafe-arguments.ts';
import {
  type Environment,
  type InfraOptions,
  pulumiArguments,
  pulumiEnvironment,
  selectArguments,
} from './pulumi-invocation.ts';
import { resolveStackConfig } from '../config/stack-config.ts';
import { LambdaAccount, lambdaClient } from '../preflight/lambda-account.ts';
import { preflight } from '../preflight/preflight.ts';

const ENVIRONMENT_HELP = `
Environment:
  AWS_PROFILE, AWS_ACCESS_KEY_ID, ...  AWS credentials, from the default credential chain
  ENVIRONMENT_SUFFIX                   suffix of all names; default: the stack's own, and dev on the stack dev
  PULUMI_BACKEND_URL                   where the state is stored; default: apps/infra/.pulumi
  PULUMI_CONFIG_PASSPHRASE             passphrase of the stack; the local dev stack needs none

preview and up check the stack against the policy pack in apps/infra/policy-pack.

Options that are not listed are passed to the Pulumi CLI, for example: nx run infra:preview --diff`;

function buildProgram(): Command {
  const program = new Command('infra').description('Deploys the leaderboard system with Pulumi.');
  for (const [name, about] of Object.entries(INFRA_COMMANDS) as [InfraCommand, string][]) {
    const command = program
      .command(name)
      .description(about)
      .usage('[options] [options of the Pulumi CLI]')
      .argument('[pulumi-args...]', 'further options, passed to the Pulumi CLI')
      .allowUnknownOption()
      .addHelpText('after', ENVIRONMENT_HELP)
      .action(async (pulumiArgs: string[], options: Omit<InfraOptions, 'pulumiArgs'>) => {
        const refusal = refusalOfArguments({
          command: name,
          args: process.argv.slice(3),
          stack: {
            name: options.stack,
            isTyped: command.getOptionValueSource('stack') !== 'default',
          },
          yes: options.yes === true,
        });
        process.exitCode =
          refusal === undefined ? await run(name, { ...options, pulumiArgs }) : fail([refusal]);
      });
    addOptions(
      command,
      INFRA_OPTIONS.filter(({ commands }) => commands.includes(name)),
    );
  }
  return program;
}

/** @returns the exit code of the command. */
async function run(command: InfraCommand, options: InfraOptions): Promise<number> {
  const environment = pulumiEnvironment(process.env, options.stack);
  const missing = await findMissing(
    {
      environment,
      findCredentials: defaultProvider({ timeout: 1000, maxRetries: 0 }),
      findPulumi: async () => {
        await runPulumi(['version'], environment, { quiet: true });
      },
      pulumiVersion: PULUMI_VERSION,
      pulumiFolder: pulumiFolder(environment),
    },
    options.stack,
    { credentials: command !== 'outputs' },
  );
  if (missing.length > 0) return fail(missing);

  if (command === 'destroy') {
    const refusal = await refusalToDestroy(options, stdin.isTTY ? ask : undefined);
    if (refusal !== undefined) return fail([refusal]);
  }
  try {
    await runPulumi(selectArguments(command, options), environment, { quiet: true });
    if (command === 'up' && !(await passesPreflight(options, environment))) return 1;
  } catch (error) {
    return fail([
      `Stack ${options.stack}: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  return runPulumi(pulumiArguments(command, options), environment);
}

/** Prints the outcome of the preflight to stderr: stdout is Pulumi's. */
async function passesPreflight(options: InfraOptions, environment: Environment): Promise<boolean> {
  if (options.preflight === false) {
    console.error('Preflight skipped: --no-preflight.');
    return true;
  }
  const stackConfig = await readPulumi(
    // With secrets, as the program reads them: without, a setting that is a secret would be missing.
    ['config', '--json', '--show-secrets', '--stack', options.stack],
    environment,
  );
  const config = resolveStackConfig({
    stack: options.stack,
    stackConfig: plainValues(stackConfig),
    environment,
  });
  const { outcome, message } = await preflight(
    options.stack,
    config,
    new LambdaAccount(lambdaClient(config.region)),
  );
  console.error(message);
  return outcome !== 'refused';
}

/** The values in `pulumi config --json`: `{ "aws:region": { "value": "us-west-1", "secret": false } }`; a structure has none. */
function plainValues(json: string): Record<string, string> {
  const entries = Object.entries(JSON.parse(json) as Record<string, { value?: string }>);
  return Object.fromEntries(
    entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
  );
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function fail(lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return 1;
}

await buildProgram().parseAsync();
