import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { DEFAULT_STACK } from '../config/stack-config.ts';
import { PROJECT_ROOT } from '../workspace.ts';
import type { InfraCommand } from './options.ts';

export interface InfraOptions {
  /** Name of the Pulumi stack, with its organization where the backend has any. */
  stack: string;
  /** Do not ask for confirmation. */
  yes?: boolean;
  json?: boolean;
  /** False: skip the policy pack. */
  policies?: boolean;
  /** False: compare with the state only, not with the account. */
  refresh?: boolean;
  /** False: do not read the account before the command. */
  preflight?: boolean;
  /** Go on although the suffix differs from the one of the deployed resources. */
  changeSuffix?: boolean;
  /** Replace or delete tables and queues. */
  allowDataLoss?: boolean;
  /** Destroy queues although they hold messages. */
  discardMessages?: boolean;
  /** The stack's name once more, to destroy a production stack without a terminal. */
  confirmStack?: string;
  /** Further arguments for the Pulumi CLI as they are. */
  pulumiArgs: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Pulumi keeps a file backend in the folder `.pulumi` below this URL. */
export const LOCAL_BACKEND_URL = pathToFileURL(PROJECT_ROOT).href;

/** The rules that `preview` and `up` check. */
export const POLICY_PACK_FOLDER = join(PROJECT_ROOT, 'policy-pack');

const VERBS: Readonly<Record<InfraCommand, readonly string[]>> = {
  preview: ['preview'],
  up: ['up'],
  destroy: ['destroy'],
  refresh: ['refresh'],
  drift: ['refresh', '--preview-only', '--expect-no-changes'],
  outputs: ['stack', 'output'],
};

/** The arguments of the Pulumi CLI for one of our commands. */
export function pulumiArguments(command: InfraCommand, options: InfraOptions): string[] {
  const programRuns = command === 'preview' || command === 'up';
  const asks = command === 'up' || command === 'destroy' || command === 'refresh';
  const checked = programRuns && options.policies !== false;
  return [
    ...VERBS[command],
    ...['--stack', options.stack],
    // Otherwise Pulumi compares with its state, and leaves what was changed by hand as it is.
    ...(programRuns && options.refresh !== false ? ['--refresh'] : []),
    ...(checked ? ['--policy-pack', POLICY_PACK_FOLDER] : []),
    // What is protected stays in the account and in the state, so that the next update goes on with it.
    ...(command === 'destroy' ? ['--exclude-protected'] : []),
    ...(options.json ? ['--json'] : []),
    ...(asks && options.yes ? ['--yes'] : []),
    ...options.pulumiArgs,
  ];
}

/** Options of Pulumi that decide which resources an update changes, each with a value or without. */
const SELECTING = new Set(
  ['--target', '-t', '--replace', '--target-replace', '--exclude', '-x', '--config', '-c'].concat(
    '--target-dependents',
    '--exclude-dependents',
  ),
);

/** The arguments of a preview, as JSON, of what `up` would change. */
export function previewArguments(options: InfraOptions): string[] {
  return pulumiArguments('preview', {
    stack: options.stack,
    json: true,
    policies: false,
    ...(options.refresh !== undefined && { refresh: options.refresh }),
    pulumiArgs: options.pulumiArgs.filter((arg, index, all) => {
      const [name = arg] = arg.split('=');
      return name.startsWith('-') ? SELECTING.has(name) : SELECTING.has(all[index - 1] ?? '');
    }),
  });
}

/** The arguments that select the stack; only preview and up create it. */
export function selectArguments(command: InfraCommand, options: InfraOptions): string[] {
  const creates = command === 'preview' || command === 'up';
  return ['stack', 'select', options.stack, ...(creates ? ['--create'] : [])];
}

/**
 * The environment of the Pulumi CLI. Without PULUMI_BACKEND_URL the state is stored in this project's folder, and the dev stack
 * there has an empty passphrase.
 */
export function pulumiEnvironment(environment: Environment, stack: string): Environment {
  const backend = backendUrl(environment);
  const unlocked = backend === LOCAL_BACKEND_URL && isStack(stack, DEFAULT_STACK);
  return {
    ...(unlocked && !hasPassphrase(environment) && { PULUMI_CONFIG_PASSPHRASE: '' }),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    ...environment,
    PULUMI_BACKEND_URL: backend,
  };
}

export function backendUrl(environment: Environment): string {
  return environment['PULUMI_BACKEND_URL'] || LOCAL_BACKEND_URL;
}

/** An empty passphrase is a passphrase too: Pulumi only checks whether the variable is set. */
export function hasPassphrase(environment: Environment): boolean {
  return (
    environment['PULUMI_CONFIG_PASSPHRASE'] !== undefined ||
    Boolean(environment['PULUMI_CONFIG_PASSPHRASE_FILE'])
  );
}

/** Compares without the organization and project that a stack's full name may carry. */
function isStack(stack: string, name: string): boolean {
  return stack.split('/').at(-1) === name;
}
