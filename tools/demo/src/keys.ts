import { spawnSync } from 'node:child_process';
import type { ReadStream } from 'node:tty';

const CTRL_C = '\u0003';

export interface KeyActions {
  /** `o` */
  open: () => void;
  /** `q`, and Ctrl-C, which a terminal no longer turns into a signal while keys are read. */
  quit: () => void;
}

/**
 * Reads single keys from the terminal until it is stopped.
 *
 * @returns a function that stops and restores the terminal; undefined where there is no terminal to read from
 */
export function readKeys(
  { open, quit }: KeyActions,
  input: ReadStream = process.stdin,
  isForeground: () => boolean = isInForeground,
): (() => void) | undefined {
  if (!input.isTTY || !isForeground()) return undefined;
  const onData = (data: Buffer) => {
    for (const key of data.toString()) {
      if (key === 'o') open();
      if (key === 'q' || key === CTRL_C) quit();
    }
  };
  input.setRawMode(true);
  input.on('data', onData);
  return () => {
    input.off('data', onData);
    input.setRawMode(false);
    input.pause();
  };
}

/** A process in the background (`npm start &`) that touches its terminal is suspended. */
function isInForeground(): boolean {
  const { stdout, status } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], {
    encoding: 'utf8',
  });
  // Windows has no ps, and no background processes of this kind.
  if (status !== 0) return true;
  const [group, foregroundGroup] = stdout.trim().split(/\s+/);
  return group === foregroundGroup;
}
