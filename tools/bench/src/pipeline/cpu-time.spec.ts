import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { canMeasureCpu, cpuTimes } from './cpu-time.ts';

const ifMeasurable = canMeasureCpu() ? test : test.skip;

ifMeasurable('a process is measured with the processes that it started', async () => {
  const busy = 'const until = Date.now() + 300; while (Date.now() < until); process.send("done")';
  const child = fork('-', [], {
    execArgv: ['--eval', `${busy}; setInterval(() => {}, 1e6)`],
    env: {},
  });
  try {
    await once(child, 'message');
    const times = cpuTimes(process.pid);
    expect(times.map(({ pid }) => pid)).toEqual(expect.arrayContaining([process.pid, child.pid]));
    expect(times.find(({ pid }) => pid === child.pid)?.cpuMs).toBeGreaterThan(0);
  } finally {
    child.kill();
  }
});
