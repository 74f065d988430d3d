import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** CPU time of a process until now, in ms; of all its threads, user and system. */
export interface ProcessTime {
  readonly pid: number;
  /** Of the executable, as the system has it: at most 15 characters. */
  readonly name: string;
  readonly cpuMs: number;
}

/** Whether the system tells the CPU time of other processes: Linux does, in `/proc`. */
export function canMeasureCpu(): boolean {
  return existsSync('/proc/self/stat');
}

/** The CPU times of a process and of all processes that it started. */
export function cpuTimes(pid: number): ProcessTime[] {
  const processes = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const stats = processes.flatMap((entry) => statOf(Number(entry)) ?? []);
  const ofTree = (root: number): ProcessTime[] =>
    stats.flatMap((stat) => {
      if (stat.pid === root) return [stat];
      return stat.parent === root ? ofTree(stat.pid) : [];
    });
  return ofTree(pid);
}

/** Ticks of a second in `/proc`. */
const TICKS = Number(
  canMeasureCpu() ? execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }) : 100,
);

/** @returns undefined for a process that has ended */
function statOf(pid: number): (ProcessTime & { readonly parent: number }) | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name is in parentheses and may contain anything; the numbers follow it ("proc_pid_stat(5)").
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [parent, user, system] = [1, 11, 12].map((index) => Number(fields[index]));
  return {
    pid,
    name: text.slice(text.indexOf('(') + 1, end),
    parent: parent ?? 0,
    cpuMs: (((user ?? 0) + (system ?? 0)) * 1_000) / TICKS,
  };
}
