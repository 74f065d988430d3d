import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PULUMI_VERSION } from '../commands/pulumi-cli.ts';
import { PROJECT_ROOT } from '../workspace.ts';
import { type FakeAccount, startFakeAccount } from './fake-account.ts';
import { previewOf } from './sample-preview.ts';

/** Replaces the CLI where the npm package `pulumi` looks for it: records each call, fails on request. */
const RECORDING_CLI = `#!/bin/sh
echo "$* | backend=$PULUMI_BACKEND_URL passphrase=\${PULUMI_CONFIG_PASSPHRASE-unset} node=$(command -v node) interim=$INFRA_INTERIM_API_DEPLOYMENT" >> "$CALLS"
case "$*" in "$FAILING"*) echo "Downloading..." >&2; echo "error: refused" >&2; exit 3 ;; esac
case "$*" in
  "config --json --show-secrets "*) echo "$STACK_CONFIG" ;;
  "stack export "*) echo "$STATE" ;;
  "preview "*" --json"*) echo "$PREVIEW" ;;
  *) echo "pulumi says: $*" ;;
esac
`;

/** What \`pulumi stack export\` prints for a new stack. */
export const NOTHING_DEPLOYED = '{"version":3,"deployment":{"manifest":{}}}';

export interface CommandExit {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandRun extends CommandExit {
  /** The calls of the Pulumi CLI, with what it got in the environment. */
  calls: string[];
}

export interface InfraCommandRunner extends AsyncDisposable {
  account: FakeAccount;
  /** Runs a command of this project without a terminal; the environment can set what Pulumi prints, and where it fails. */
  run(args: readonly string[], environment?: Record<string, string>): Promise<CommandRun>;
}

/** The command line of this project with a Pulumi CLI that records its calls, and an account on the loopback interface. */
export async function infraCommandRunner(): Promise<InfraCommandRunner> {
  const account = await startFakeAccount();
  const home = mkdtempSync(join(tmpdir(), 'infra-cli-'));
  const bin = join(home, 'versions', PULUMI_VERSION, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'pulumi'), RECORDING_CLI, { mode: 0o755 });
  const callsFile = join(home, 'calls');
  return {
    account,
    run: async (args, environment = {}) => {
      writeFileSync(callsFile, '');
      const env = {
        PATH: process.env['PATH'],
        HOME: home,
        PULUMI_HOME: home,
        CALLS: callsFile,
        FAILING: 'nothing',
        STACK_CONFIG: '{}',
        STATE: NOTHING_DEPLOYED,
        PREVIEW: previewOf(),
        AWS_ENDPOINT_URL: account.url,
        AWS_ACCESS_KEY_ID: 'an-id',
        AWS_SECRET_ACCESS_KEY: 'a-secret',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...environment,
      };
      const exit = await runInfraCommand(args, env);
      return { ...exit, calls: readFileSync(callsFile, 'utf8').split('\n').filter(Boolean) };
    },
    [Symbol.asyncDispose]: async () => {
      await account[Symbol.asyncDispose]();
      rmSync(home, { recursive: true });
    },
  };
}

/** Runs a command of this project, or of a copy of it, without a terminal. */
export async function runInfraCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  project = PROJECT_ROOT,
): Promise<CommandExit> {
  const script = join(project, 'src/commands/infra.ts');
  const child = spawn(process.execPath, [script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr };
}
