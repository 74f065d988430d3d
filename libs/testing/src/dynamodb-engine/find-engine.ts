import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { DynamoDbEngineError } from './errors.ts';

/** Names an engine that is already running. Not AWS's own variable: a shell may have that one for quite another purpose. */
export const ENDPOINT_VARIABLE = 'LEADERBOARD_DYNAMODB_ENDPOINT';

export type FoundEngine = { readonly endpoint: string } | { readonly executable: string };

export interface EngineSearch {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `<os>-<cpu>` as Node names them, for example `darwin-arm64`. */
  readonly platform: string;
  /** The file from which the npm package is looked up; by default this module. */
  readonly resolveFrom?: string;
}

/** The platform that this process runs on. */
export const HOST_PLATFORM = `${process.platform}-${process.arch}`;

/**
 * Finds a DynamoDB engine, in this order: `LEADERBOARD_DYNAMODB_ENDPOINT`, the npm package `@dynoxide/<os>-<cpu>`, an
 * executable `dynoxide` on the PATH.
 *
 * @throws DynamoDbEngineError `EngineMissing` with the ways to get one, `InvalidEndpoint` for a variable that names
 * anything but http on this machine.
 */
export function findEngine(search: EngineSearch): FoundEngine {
  const { environment, platform, resolveFrom = import.meta.filename } = search;
  const endpoint = environment[ENDPOINT_VARIABLE];
  if (endpoint !== undefined && endpoint !== '') {
    return { endpoint: loopbackEndpoint(ENDPOINT_VARIABLE, endpoint) };
  }
  const executable = packagedEngine(platform, resolveFrom) ?? engineOnPath(environment, platform);
  if (executable !== undefined) return { executable };
  throw new DynamoDbEngineError('EngineMissing', howToGetAnEngine(platform));
}

/**
 * The base URL of a service on this machine, without a slash at its end.
 *
 * @throws DynamoDbEngineError `InvalidEndpoint`: whatever is elsewhere may hold tables that somebody needs.
 */
export function loopbackEndpoint(variable: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw new DynamoDbEngineError(
      'InvalidEndpoint',
      `${variable} must be an http URL on this machine, for example http://127.0.0.1:8000, got "${value}".`,
    );
  }
  return url.href.replace(/\/$/, '');
}

/** The executable of the npm package, looked up from a file as Node looks up packages. */
function packagedEngine(platform: string, from: string): string | undefined {
  const path = join('node_modules', '@dynoxide', platform, executableName(platform));
  let folder = from;
  do {
    folder = dirname(folder);
    if (isExecutable(join(folder, path))) return join(folder, path);
  } while (folder !== dirname(folder));
  return undefined;
}

function engineOnPath(
  environment: EngineSearch['environment'],
  platform: string,
): string | undefined {
  const names = onWindows(platform) ? ['dynoxide.exe', 'dynoxide.cmd'] : ['dynoxide'];
  for (const folder of pathFolders(environment, platform)) {
    for (const name of names) {
      const file = join(folder, name);
      if (!isExecutable(file)) continue;
      // npm's "dynoxide" is a script that starts the executable of another package, and leaves it running when it is killed.
      const started =
        packagedEngine(platform, realpathSync(file)) ??
        packagedEngine(platform, join(folder, 'node_modules', 'dynoxide', 'package.json'));
      if (started !== undefined) return started;
      if (!name.endsWith('.cmd')) return file;
    }
  }
  return undefined;
}

function pathFolders(environment: EngineSearch['environment'], platform: string): string[] {
  // Windows writes it "Path"; a copy of its environment is an object like any other, which distinguishes case.
  const [, path = ''] =
    Object.entries(environment).find(([name]) => name.toUpperCase() === 'PATH') ?? [];
  return path.split(onWindows(platform) ? ';' : ':').filter((folder) => folder !== '');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function executableName(platform: string): string {
  return onWindows(platform) ? 'dynoxide.exe' : 'dynoxide';
}

function onWindows(platform: string): boolean {
  return platform.startsWith('win32-');
}

function howToGetAnEngine(platform: string): string {
  return `No DynamoDB engine for ${platform} was found: ${ENDPOINT_VARIABLE} is not set, the npm package @dynoxide/${platform} is not installed, and there is no "dynoxide" on the PATH. Do one of these, then run the same command again:
  on linux-x64       npm ci                (installs it; do not use --omit=optional)
  with Homebrew      brew install nubo-db/tap/dynoxide
  with Cargo         cargo install dynoxide-rs
  with npm           npm install --global dynoxide
  with Docker        docker run -p 127.0.0.1:8000:8000 amazon/dynamodb-local
                     and set ${ENDPOINT_VARIABLE}=http://127.0.0.1:8000
The variable names any engine on this machine that speaks DynamoDB and DynamoDB Streams.`;
}
