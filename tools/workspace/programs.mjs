import { spawnSync } from 'node:child_process';

/**
 * Which of the programs are not on the PATH.
 *
 * @param {readonly string[]} programs
 * @returns {string[]}
 */
export function missingPrograms(programs) {
  return programs.filter((program) => spawnSync(program, ['--version']).error?.code === 'ENOENT');
}
