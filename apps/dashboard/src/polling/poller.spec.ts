import { expect, test } from '@jest/globals';
import { Poller, type Clock } from './poller.ts';

/** A clock that only moves when a test moves it. */
class ManualClock implements Clock {
  #now = 0;
  #timers = new Map<number, { at: number; run: () => void }>();
  #lastId = 0;

  now = () => this.#now;

  setTimeout(run: () => void, ms: number): number {
    this.#lastId += 1;
    this.#timers.set(this.#lastId, { at: this.#now + ms, run });
    return this.#lastId;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as number);
  }

  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const [id, { at, run }] of [...this.#timers]) {
      if (at > this.#now || !this.#timers.delete(id)) continue;
      run();
    }
    await settle();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = new ManualClock();
  const tasks: {
    resolve(value: string): void;
    reject(error: unknown): void;
    signal: AbortSignal;
  }[] = [];
  const results: string[] = [];
  const failures: { error: unknown; retryAt: number }[] = [];
  const poller = new Poller<string>({
    task: (signal) =>
      new Promise((resolve, reject) => {
        tasks.push({ resolve, reject, signal });
      }),
    onResult: (result) => results.push(result),
    onFailure: (error, retryAt) => failures.push({ error, retryAt }),
    intervalMs: 5_000,
    backoff: { firstMs: 1_000, maxMs: 60_000 },
    clock,
    random: () => 0,
  });
  const finish = async (result: string) => {
    tasks.at(-1)?.resolve(result);
    await settle();
  };
  const fail = async (error: unknown) => {
    tasks.at(-1)?.reject(error);
    await settle();
  };
  return { clock, tasks, results, failures, poller, finish, fail };
}

test('polls again an interval after a response, one poll at a time', async () => {
  const { poller, tasks, results, clock, finish } = setUp();
  poller.pollNow();
  await clock.advance(20_000);
  expect(tasks).toHaveLength(1);
  await finish('first');
  expect(results).toEqual(['first']);
  await clock.advance(4_999);
  expect(tasks).toHaveLength(1);
  await clock.advance(1);
  expect(tasks).toHaveLength(2);
});

test('waits longer after each failure, reports until when, and resets after a success', async () => {
  const { poller, tasks, failures, clock, finish, fail } = setUp();
  const error = new Error('down');
  poller.pollNow();
  await fail(error);
  expect(failures).toEqual([{ error, retryAt: 1_000 }]);
  await clock.advance(1_000);
  await fail(error);
  expect(failures[1]?.retryAt).toBe(3_000);
  await clock.advance(1_999);
  expect(tasks).toHaveLength(2);
  await clock.advance(1);
  await finish('up again');
  await clock.advance(5_000);
  await fail(error);
  expect(failures[2]?.retryAt).toBe(clock.now() + 1_000);
});

test('respects Retry-After, up to the limit', async () => {
  const { poller, failures, clock, fail } = setUp();
  poller.pollNow();
  await fail(Object.assign(new Error('busy'), { retryAfterMs: 7_000 }));
  expect(failures[0]?.retryAt).toBe(7_000);
  await clock.advance(7_000);
  await fail(Object.assign(new Error('busy'), { retryAfterMs: 3_600_000 }));
  expect(failures[1]?.retryAt).toBe(67_000);
});

test('does not poll while paused, and polls on return if a poll became due', async () => {
  const { poller, tasks, clock, finish } = setUp();
  poller.pollNow();
  await finish('first');
  poller.pause();
  await clock.advance(60_000);
  expect(tasks).toHaveLength(1);
  poller.resume();
  expect(tasks).toHaveLength(2);
});

test('a pause shorter than the interval changes nothing', async () => {
  const { poller, tasks, clock, finish } = setUp();
  poller.pollNow();
  await finish('first');
  poller.pause();
  await clock.advance(2_000);
  poller.resume();
  expect(tasks).toHaveLength(1);
  await clock.advance(3_000);
  expect(tasks).toHaveLength(2);
});

test('a page opened in the background polls when it becomes visible', () => {
  const { poller, tasks } = setUp();
  poller.pause();
  poller.pollNow();
  expect(tasks).toHaveLength(0);
  poller.resume();
  expect(tasks).toHaveLength(1);
});

test('a replaced poll gives neither a result nor a failure', async () => {
  const { poller, tasks, results, failures, finish } = setUp();
  poller.pollNow();
  poller.pollNow();
  expect(tasks.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  await finish('new');
  tasks[0]?.resolve('old');
  await settle();
  expect(results).toEqual(['new']);
  expect(failures).toEqual([]);
});
