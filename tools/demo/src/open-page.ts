import { spawn } from 'node:child_process';

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // Not "start": that is cmd's own, which would end the address at its first "&".
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens an address in the user's browser.
 *
 * @returns what went wrong, in words for the user; undefined when the page was opened
 */
export async function openPage(
  url: string,
  { platform, env }: { platform: NodeJS.Platform; env: NodeJS.ProcessEnv } = process,
): Promise<string | undefined> {
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const byHand = `Open ${url} yourself.`;
  const opener = spawn(command, [...args, url], { stdio: 'ignore', env });
  opener.once('error', () => {
    resolve(`No program to open a page was found (${command}). ${byHand}`);
  });
  opener.once('exit', (code) => {
    resolve(code === 0 ? undefined : `${command} could not open the page. ${byHand}`);
  });
  return promise;
}
