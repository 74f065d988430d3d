import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const MAIN = path.join(import.meta.dirname, 'main.ts');

/** A demo that plays a short game in its own folder, and then serves. */
class RunningDemo {
  readonly folder: string;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown[]>;

  constructor(folder: string) {
    this.folder = folder;
    this.#child = spawn('node', [MAIN, '--json', '--updates', '60', '--players', '10'], {
      cwd: folder,
      // Not the flags of the test runner.
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#exited = once(this.#child, 'exit');
  }

  /** Waits until the game is over and the stack serves. */
  async serves(): Promise<void> {
    const ended = this.#exited.then(() => true);
    while (!this.stderr.includes('Ctrl-C stops everything.')) {
      const hasEnded = await Promise.race([
        ended,
        once(this.#child.stderr ?? this.#child, 'data').then(() => false),
      ]);
      if (hasEnded) throw new Error(`The demo ended.\n${this.stderr}`);
    }
  }

  /** The printed line that begins like this, with the lines that continue it, as a user would paste them. */
  pasted(start: string): string {
    const lines = this.stderr.split('\n').map((line) => line.replace(/^ {2}/, ''));
    const first = lines.findIndex((line) => line.startsWith(start));
    const last = lines.findIndex((line, index) => index >= first && !line.endsWith('\\'));
    return lines.slice(first, last + 1).join('\n');
  }

  async stop(): Promise<number> {
    this.#child.kill('SIGINT');
    const [code] = await this.#exited;
    return code as number;
  }
}

async function sh(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    env: { PATH: process.env['PATH'] },
  });
  return stdout;
}

if (spawnSync('curl', ['--version']).error !== undefined) {
  throw new Error('The lines to paste are tested with curl, which was not found. Install curl.');
}

describe('two demos at the same time in one folder', () => {
  let folder: string;
  let demos: RunningDemo[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "demo's-"));
    demos = [new RunningDemo(folder), new RunningDemo(folder)];
    await Promise.all(demos.map((demo) => demo.serves()));
  });
  afterAll(async () => {
    await Promise.all(demos.map((demo) => demo.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  test('print a clean report on stdout, with every update measured', () => {
    for (const { stdout } of demos) {
      expect(JSON.parse(stdout)).toMatchObject({
        in_ledger: 60,
        rejected_by_mistake: 0,
        lost: 0,
        latency_ms: { send_to_standing: { updates: 60 }, send_to_read: { updates: 60 } },
      });
    }
  });

  test('print lines to paste, each of which works', async () => {
    for (const demo of demos) {
      const posted = await sh(demo.pasted('curl -X POST'));
      expect(JSON.parse(posted)).toMatchObject({ results: [{ status: 'accepted' }] });
      const [{ player_id }] = (JSON.parse(posted) as { results: [{ player_id: string }] }).results;

      const rank = await sh(demo.pasted('curl http'));
      expect(JSON.parse(rank)).toMatchObject({ player_id, rank: expect.any(Number) });

      const page = demo.pasted('http');
      expect(page).toMatch(new RegExp(`/\\?player=${player_id}$`));
      expect(await sh(`curl --fail '${page}'`)).toContain('<html');
    }
  });

  test('print how to load the addresses into a shell', async () => {
    for (const demo of demos) {
      const request = 'curl --fail "$LEADERBOARD_API_URL"leaderboards';
      const boards = await sh(`${demo.pasted('. ')}\n${request}`);
      expect(JSON.parse(boards)).toHaveProperty('boards');
    }
  });

  test('take other ports than each other, and leave no files after Ctrl-C', async () => {
    expect((await readdir(path.join(folder, '.local'))).toSorted()).toEqual([
      'stack-2.env',
      'stack-2.json',
      'stack.env',
      'stack.json',
    ]);
    const moved = demos.map(({ stderr }) => / belongs to another running stack; /.test(stderr));
    expect(moved.toSorted()).toEqual([false, true]);
    for (const line of ['the page', 'the read API', 'the HTTP intake', 'SQS', 'DynamoDB']) {
      const notice = new RegExp(`^Port \\d+ is taken: ${line} is on \\d+\\.$`, 'm');
      expect(demos.some(({ stderr }) => notice.test(stderr))).toBe(true);
    }
    expect(await Promise.all(demos.map((demo) => demo.stop()))).toEqual([0, 0]);
    expect(await readdir(folder)).toEqual([]);
  });
});
