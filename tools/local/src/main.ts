import { HOST_PLATFORM } from '@leaderboard/testing/dynamodb-engine';
import { Command } from 'commander';

import { LocalStackError, messageOf } from './shared/errors.ts';
import type { GrantReference } from './services/iam/grants.ts';
import { DEFAULT_PORTS, FREE_PORTS, LISTENERS, type StackPorts } from './ports.ts';
import {
  collectConfig,
  collectGrants,
  collectSecret,
  parsePort,
  parseSeconds,
  parseSeed,
} from './serve/serve-options.ts';
import { serve } from './serve/serve.ts';
import type { ReadyMessage } from './spawn-stack.ts';
import { defaultStackFiles } from './serve/stack-file.ts';

interface ServeFlags {
  readonly stackFile?: string;
  readonly pagePort?: number;
  readonly readApiPort?: number;
  readonly intakePort?: number;
  readonly sqsPort?: number;
  readonly dynamodbPort?: number;
  readonly freePorts?: true;
  readonly config?: Readonly<Record<string, string>>;
  readonly environmentSuffix?: string;
  readonly program?: string;
  readonly faults?: true;
  readonly pipeChaos?: number;
  readonly schedulesOnDemand?: true;
  readonly retryImmediately?: true;
  readonly asyncRetrySeconds: number;
  readonly secret?: ReadonlyMap<string, string>;
  readonly removeGrant?: readonly GrantReference[];
  readonly verbose?: true;
  readonly platform: string;
}

/** Under Nx, one Ctrl-C reaches the stack twice: directly, and passed on. Only a later signal counts as a second one. */
const SAME_SIGNAL_MS = 1_000;

const DEFAULT_FILES = defaultStackFiles();

const command = new Command('local').description(
  'Runs the infrastructure program on local engines.',
);

command
  .command('serve', { isDefault: true })
  .description('Start the stack, write its stack file and run until Ctrl-C.')
  .option(
    '--stack-file <path>',
    `where to describe the running stack (default: ${DEFAULT_FILES[0]}, or ${DEFAULT_FILES[1]}, … if another stack uses it)`,
  )
  .option('--page-port <port>', portOf('page'), parsePort)
  .option('--read-api-port <port>', portOf('readApi'), parsePort)
  .option('--intake-port <port>', portOf('intake'), parsePort)
  .option('--sqs-port <port>', portOf('sqs'), parsePort)
  .option('--dynamodb-port <port>', portOf('dynamodb'), parsePort)
  .option('--free-ports', 'any free port for every listener without a port option')
  .option(
    '--config <key=value>',
    'stack configuration, as in Pulumi.<stack>.yaml; repeatable',
    collectConfig,
  )
  .option('--environment-suffix <suffix>', 'suffix of the resource names (ENVIRONMENT_SUFFIX)')
  .option('--program <module>', 'run another program: a module that exports deploy()')
  .option('--faults', 'open the control API, through which tests inject faults and fire schedules')
  .option(
    '--pipe-chaos <seed>',
    'let pipes deliver twice and out of order, reproducibly by a seed',
    parseSeed,
  )
  .option('--schedules-on-demand', 'fire schedules only through the control API')
  .option(
    '--retry-immediately',
    'end the visibility timeout of messages that a function failed to process',
  )
  .option(
    '--async-retry-seconds <seconds>',
    'pause before the first retry of an asynchronous invocation; twice as long before the second',
    parseSeconds,
    60,
  )
  .option(
    '--secret <id=value>',
    'a secret of Secrets Manager, by ARN or name; repeatable',
    collectSecret,
  )
  .option(
    '--remove-grant <role:sid:action>',
    'leave out a permission of the program, to see which test needs it; repeatable',
    collectGrants,
  )
  .option('--verbose', 'print the log groups of the functions')
  .option(
    '--platform <platform>',
    'platform of the npm package with the DynamoDB engine',
    HOST_PLATFORM,
  )
  .addHelpText(
    'after',
    '\nIf a port is in use, the next free one is taken, with a message; 0 means any free port.\n' +
      'LEADERBOARD_SQS_ENDPOINT and LEADERBOARD_DYNAMODB_ENDPOINT name engines on this machine to use instead.' +
      '\nThe DynamoDB engine is the one that the variable names, else the npm package @dynoxide/<platform>, else "dynoxide" on the PATH.',
  )
  .action(runUntilStopped);

try {
  await command.parseAsync();
} catch (error) {
  fail(error);
}

async function runUntilStopped(flags: ServeFlags): Promise<void> {
  // The infrastructure program reads the suffix from the environment, as in a deployment.
  if (flags.environmentSuffix !== undefined) {
    process.env['ENVIRONMENT_SUFFIX'] = flags.environmentSuffix;
  }
  const stack = serve({
    stackFile: flags.stackFile,
    ports: portsOf(flags),
    config: flags.config ?? {},
    program: flags.program,
    faults: flags.faults ?? false,
    pipeChaosSeed: flags.pipeChaos,
    schedulesOnDemand: flags.schedulesOnDemand ?? false,
    retryImmediately: flags.retryImmediately ?? false,
    asyncRetrySeconds: flags.asyncRetrySeconds,
    secrets: flags.secret ?? new Map(),
    removedGrants: flags.removeGrant ?? [],
    verbose: flags.verbose ?? false,
    platform: flags.platform,
    environment: process.env,
  });

  let stoppingSince: number | undefined;
  const stop = (signal: string) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    stoppingSince = performance.now();
    console.log(`${signal}: stopping. Send it again to stop without waiting.`);
    // Waits for a stack that is still starting: only then is it known what must stop.
    stack
      .then((running) => running.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          fail(error);
        },
      );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Sent when the terminal closes, and by Nx, which closes the stack's terminal when Nx is stopped.
  process.on('SIGHUP', stop);
  // Whoever started the stack has ended without stopping it.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      stop('Output closed');
    });
  }
  // A stack that was spawned with an IPC channel ends with the program that spawned it.
  process.on('disconnect', () => {
    stop('Parent process disconnected');
  });

  const { description, stackFile, notices } = await stack;
  if (process.connected) process.send?.({ description, stackFile, notices } satisfies ReadyMessage);
}

function portOf(listener: keyof StackPorts): string {
  return `port of ${LISTENERS[listener]} (default: ${String(DEFAULT_PORTS[listener])})`;
}

function portsOf(flags: ServeFlags): StackPorts {
  const others = flags.freePorts ? FREE_PORTS : DEFAULT_PORTS;
  return {
    page: flags.pagePort ?? others.page,
    readApi: flags.readApiPort ?? others.readApi,
    intake: flags.intakePort ?? others.intake,
    sqs: flags.sqsPort ?? others.sqs,
    dynamodb: flags.dynamodbPort ?? others.dynamodb,
  };
}

function fail(error: unknown): void {
  console.error(
    error instanceof LocalStackError
      ? error.message
      : `The local stack failed: ${error instanceof Error ? (error.stack ?? '') : messageOf(error)}`,
  );
  process.exit(1);
}
