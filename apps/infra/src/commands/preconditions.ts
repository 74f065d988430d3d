import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isProduction } from '../config/production.ts';
import { PROJECT_ROOT } from '../workspace.ts';
import { backendUrl, type Environment, hasPassphrase } from './pulumi-invocation.ts';

/** One line that says what is missing and how to get it. */
export type Missing = string;

/** What the checks need from the outside. */
export interface World {
  environment: Environment;
  /** Resolves when the AWS credential chain finds credentials, rejects when it finds none. */
  findCredentials(): Promise<unknown>;
  /** Resolves when the Pulumi CLI is installed or was downloaded; rejects with the reason otherwise. */
  findPulumi(): Promise<void>;
  /** Version of the Pulumi CLI that this repository uses. */
  pulumiVersion: string;
  /** Folder of the CLI of that version. */
  pulumiFolder: string;
}

/** Backends in which Pulumi encrypts with a passphrase by default; Pulumi Cloud has its own keys. */
const BACKEND_WITHOUT_KEYS = /^(?:file|s3|gs|azblob|postgres):/;

/**
 * Everything that is missing for a command to succeed, so that all of it can be fixed together.
 *
 * @param needs whether the command calls AWS: reading outputs only reads the stack's state.
 */
export async function findMissing(
  world: World,
  stack: string,
  needs: { credentials: boolean },
): Promise<Missing[]> {
  const found = await Promise.all([
    missingCli(world),
    needs.credentials ? missingCredentials(world) : undefined,
    missingPassphrase(world.environment, stack),
    refusalOfLocalState(stack, world.environment['ENVIRONMENT_SUFFIX'], world.environment),
  ]);
  return found.filter((line) => line !== undefined);
}

async function missingCli(world: World): Promise<Missing | undefined> {
  try {
    await world.findPulumi();
    return undefined;
  } catch (error) {
    return (
      `The Pulumi CLI ${world.pulumiVersion} could not be downloaded (${reason(error)}): allow https://get.pulumi.com, ` +
      `or unpack that version from https://www.pulumi.com/docs/install/versions/ into ${world.pulumiFolder}.`
    );
  }
}

/** The message of the credential chain names only the last of its sources, or none. */
export const NO_CREDENTIALS =
  'No AWS credentials: run `aws sso login` and set AWS_PROFILE, ' +
  'or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';

async function missingCredentials(world: World): Promise<Missing | undefined> {
  try {
    await world.findCredentials();
    return undefined;
  } catch {
    return NO_CREDENTIALS;
  }
}

/** Why a production stack is not deployed with a state in files; undefined for other stacks and backends. */
export function refusalOfLocalState(
  stack: string,
  suffix: string | undefined,
  environment: Environment,
): string | undefined {
  const production = [stack, suffix ?? ''].find(isProduction);
  const url = backendUrl(environment);
  if (production === undefined || !url.startsWith('file:')) return undefined;
  return (
    `No shared state for ${production}: ${url} is on this machine only. Set PULUMI_BACKEND_URL to a bucket with versioning ` +
    '(s3://your-state-bucket?region=us-west-1) or to Pulumi Cloud; pulumi stack export and import move a state that is already here.'
  );
}

function missingPassphrase(environment: Environment, stack: string): Missing | undefined {
  if (hasPassphrase(environment)) return undefined;
  if (!BACKEND_WITHOUT_KEYS.test(backendUrl(environment))) return undefined;
  if (usesKeyService(stack)) return undefined;
  return (
    `No passphrase for stack ${stack}: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, ` +
    'to the one that the stack was created with, or to a new one for a new stack.'
  );
}

/** Whether the stack's file names a key service (`secretsprovider: awskms://…`) in place of a passphrase. */
function usesKeyService(stack: string): boolean {
  const file = join(PROJECT_ROOT, `Pulumi.${stack.split('/').at(-1) ?? stack}.yaml`);
  return (
    existsSync(file) && /^secretsprovider: *(?!passphrase)\S/m.test(readFileSync(file, 'utf8'))
  );
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? text;
}
