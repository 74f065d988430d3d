import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';

import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Command } from 'commander';

import { checkCommand } from './checks.ts';
import { runPreview, runUpdate } from './data-guard.ts';
import { findMissing } from './preconditions.ts';
import { PULUMI_VERSION, pulumiFolder, runPulumi } from './pulumi-cli.ts';
import { addOptions, INFRA_COMMANDS, INFRA_OPTIONS, type InfraCommand } from './options.ts';
import { refusalOfArguments } from './unsafe-arguments.ts';
import {
  type InfraOptions,
  pulumiArguments,
  pulumiEnvironment,
  selectArguments,
} from './pulumi-invocation.ts';

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

  try {
    await runPulumi(selectArguments(command, options), environment, { quiet: true });
    const { refusal, holdsData } = await checkCommand({
      command,
      options,
      environment,
      ask: stdin.isTTY ? ask : undefined,
    });
    if (refusal !== undefined) return fail([refusal]);
    if (command === 'preview' && holdsData) return await runPreview(options, environment);
    if (command === 'up' && holdsData) return await runUpdate(options, environment);
  } catch (error) {
    return fail([
      `Stack ${options.stack}: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  return runPulumi(pulumiArguments(command, options), environment);
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
