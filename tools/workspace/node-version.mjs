// Which Node runs this project. Loads on any Node that npm runs on, because it tells the user of an older one what to do.
import fs from 'node:fs';

const MINIMUM = 24;

/**
 * What to do when a command runs on a Node that is too old.
 *
 * @param {{ version: string, executable: string, platform: string, arch: string }} node
 * @returns {string | undefined} undefined where the version is new enough
 */
export function nodeVersionProblem(node) {
  if (Number(node.version.replace('v', '').split('.')[0]) >= MINIMUM) return undefined;
  const found = `This project needs Node ${MINIMUM} or newer; this command runs on ${node.version} (${node.executable}).`;
  return isBundledFor(node)
    ? `${found} Run "npm ci", which installs Node ${MINIMUM} into node_modules (do not use --omit=optional), ` +
        'and start the command with npm or npx, which use it: for example "npx nx run local:serve".'
    : `${found} npm has no Node ${MINIMUM} for ${node.platform}-${node.arch} to bundle. ` +
        `Install Node ${MINIMUM} or newer (https://nodejs.org), put it first on the PATH, and run the same command again.`;
}

/** The Node that runs this process. */
export function runningNode() {
  const { version, execPath: executable, platform, arch } = process;
  return { version, executable, platform, arch };
}

/** Whether one of the locked packages is Node for this platform: npm puts it first on the PATH of every script. */
export function isBundledFor({ platform, arch }) {
  const lockfile = new URL('../../package-lock.json', import.meta.url);
  const { packages } = JSON.parse(fs.readFileSync(lockfile, 'utf8'));
  return Object.values(packages).some(
    ({ bin, os, cpu }) =>
      bin?.node !== undefined && [os].flat().includes(platform) && [cpu].flat().includes(arch),
  );
}
