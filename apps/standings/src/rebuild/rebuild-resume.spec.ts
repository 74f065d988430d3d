import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { isWrite } from '../testing/request-log.ts';
import { useRebuild } from '../testing/use-rebuild.ts';
import { EXIT } from './rebuild-command.ts';

const rebuild = useRebuild();
const { standings } = rebuild;

describe('--resume', () => {
  test('continues a stopped run where it was, and removes the file at the end', async () => {
    await rebuild.fillLedger(8, 12);
    const resume = rebuild.file('rebuild.json');
    let stops = 0;
    for (;;) {
      const stop = new AbortController();
      const { client, log } = standings.watch();
      let writes = 0;
      log.plan = (request) => {
        if (isWrite(request) && ++writes === 6) stop.abort();
        return undefined;
      };
      const { code, out } = await rebuild.run({ resume, stop, client });
      if (code === EXIT.done) break;
      expect(code).toBe(EXIT.stopped);
      expect(out[1]).toBe(`Stopped. The same command continues from ${resume}.`);
      stops += 1;
    }
    expect(stops).toBeGreaterThan(1);
    await standings.expectFoldOfLedger();
    await expect(readFile(resume)).rejects.toThrow('ENOENT');
  });

  test('does not read players again that are done', async () => {
    await rebuild.fillLedger(9, 12);
    const resume = rebuild.file('rebuild.json');
    const stop = new AbortController();
    const { client, log } = standings.watch();
    log.plan = (request) => {
      if (isWrite(request) && log.requests.filter(isWrite).length === 10) stop.abort();
      return undefined;
    };
    await rebuild.run({ resume, stop, client });
    const saved = JSON.parse(await readFile(resume, 'utf8')) as { counts: { players: number } };
    expect(saved.counts.players).toBeGreaterThan(0);
    const { out } = await rebuild.run({ resume, json: true });
    const result = JSON.parse(out.at(-1) ?? '') as { updates: number };
    expect(result.updates).toBe((await standings.items('ledger')).length);
    await standings.expectFoldOfLedger();
  });

  test('rejects the file of another run', async () => {
    const resume = rebuild.file('rebuild.json');
    const stop = new AbortController();
    stop.abort();
    await rebuild.fillLedger(10, 1);
    await rebuild.run({ resume, stop });
    await expect(rebuild.run({ resume, check: true })).rejects.toThrow(
      /belongs to another run: its mode is "write", this one's "check"/,
    );
    await writeFile(resume, 'hello');
    await expect(rebuild.run({ resume })).rejects.toThrow(/is not a progress file of a rebuild/);
  });

  test('rejects a file that cannot be written before more than the record of the boards is read', async () => {
    await rebuild.fillLedger(11, 1);
    const { client, log } = standings.watch();
    const resume = rebuild.file('nowhere', 'rebuild.json');
    await expect(rebuild.run({ resume, client })).rejects.toThrow(
      /cannot be saved in .*rebuild\.json.*Name a file with --resume in a folder that exists/,
    );
    expect(log.counts()).toEqual({ Query: 1 });
  });
});
