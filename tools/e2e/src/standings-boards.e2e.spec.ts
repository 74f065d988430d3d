import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@leaderboard/testing/random';
import { expectRankings } from './oracle/standings-comparison.ts';
import { rankLedger, WINDOWS } from './oracle/standings-oracle.ts';
import { seededUpdates } from './oracle/seeded-updates.ts';
import { useStandingsStack, type BoardDefinition } from './stacks/standings-stack.ts';

const GLOBAL = {
  id: 'GLOBAL',
  scope: 'all_games',
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: WINDOWS,
} satisfies BoardDefinition;
const KEPT = { ...GLOBAL, id: 'best', operator: 'best' } satisfies BoardDefinition;
/** One board changed, one added, one as it was. */
const LATER = [
  { ...GLOBAL, operator: 'last', order: 'asc', tie_break: 'shared' },
  KEPT,
  { ...GLOBAL, id: 'chess', scope: 'game', game_id: 'chess', operator: 'max' },
] satisfies BoardDefinition[];

describe('boards that change while players play', () => {
  const standings = useStandingsStack([GLOBAL, KEPT]);
  const random = seededRandom(12);
  const players = new Set<string>();
  let round = 0;

  async function play(): Promise<void> {
    round += 1;
    const updates = seededUpdates({
      seed: round,
      updates: 20,
      // More of them each time, so that there are new ones during the build.
      players: 20 + 2 * round,
      games: ['chess', 'go'],
      nowMs: Date.now(),
    });
    for (const { player_id } of updates) players.add(player_id);
    await standings.send(updates);
  }

  /** A page of the board that changes, as players see it: never half of a change, and exact as far as it says. */
  async function look(): Promise<void> {
    const { status, body } = await standings.api.get('/leaderboards/GLOBAL?limit=1000');
    expect(status).toBe(200);
    const scores = (body?.['entries'] as { score: number }[]).map(({ score }) => score);
    const sorted = scores.toSorted((a, b) => a - b);
    expect([sorted, sorted.toReversed()]).toContainEqual(scores);
    expect(body?.['total']).toBe(scores.length);
  }

  const plan = async (boards: readonly BoardDefinition[], name: string) => {
    const [file, out] = [standings.file(`${name}.json`), standings.file(`${name}-plan.json`)];
    await writeFile(file, JSON.stringify({ default_board: boards[0]?.id, boards }));
    return { out, ...(await standings.boards('plan', `--file=${file}`, `--out=${out}`)) };
  };

  test('are planned, built beside the traffic, and served as a whole', async () => {
    for (let batch = 0; batch < 10; batch += 1) await play();
    await standings.settled(players);

    const planned = await plan(LATER, 'later');
    expect(planned).toMatchObject({ exitCode: 0 });
    for (const line of ['~ GLOBAL', '    operator: "sum" -> "last"', '+ chess']) {
      expect(planned.output).toContain(line);
    }
    expect(planned.output).toMatch(/GLOBAL, all_time: \d+ of \d+ players change their rank/);
    expect(planned.output).toMatch(/read units and \d+ write units, \$0\.\d+ on demand/);
    const shown = await standings.boards('apply', `--plan=${planned.out}`);
    expect(shown.output).toContain('Nothing was changed. With --yes this plan is applied.');

    let isApplied = false;
    const applied = standings
      .boards('apply', `--plan=${planned.out}`, '--yes')
      .finally(() => (isApplied = true));
    let sawBuild = false;
    while (!isApplied) {
      await play();
      await look();
      if (!sawBuild) {
        const { output } = await standings.boards('status');
        sawBuild = output.includes('Being built: set ');
      }
      await standings.settled(players);
      await new Promise((resolve) => setTimeout(resolve, 500 + 1_000 * random()));
    }
    expect(await applied).toMatchObject({ exitCode: 0 });
    expect(sawBuild).toBe(true);

    await play();
    await standings.settled(players);
    const ledger = await standings.ledger();
    await expectRankings(standings.api, rankLedger(ledger, LATER), 50);
    // Every score can be explained, under the rules that are served now.
    for (const player of [...players].slice(0, 10)) {
      for (const board of ['GLOBAL', 'best', 'chess']) {
        const { body } = await standings.api.get(
          `/players/${player}/explain?board=${board}&limit=1000`,
        );
        expect(body).toMatchObject({ player_id: player, board, matches: true });
        expect(body?.['entries']).toHaveLength(
          ledger.filter(({ player_id }) => player_id === player).length,
        );
      }
    }
    const { output } = await standings.boards('status', '--json');
    expect(JSON.parse(output)).toMatchObject({
      served: { boards: LATER.map(({ id }) => ({ id, complete: true })) },
    });
    expect((await standings.boards('apply', `--plan=${planned.out}`, '--yes')).output).toMatch(
      /^Set \w+ is served already\.$/m,
    );
    expect((await standings.boards('abandon', '--yes')).output).toContain('Nothing is being built');
  });

  test.each([
    [{ operator: 'median' }, '/boards/0/operator'],
    [{ min_score: 5, max_score: 1 }, '/boards/0/min_score is 5; use at most the max_score, 1'],
    [{ windows: [] }, '/boards/0/windows'],
  ])('are refused where they are wrong, with path and value: %j', async (change, reason) => {
    const before = await standings.boards('status');
    const wrong = { ...GLOBAL, ...change } as BoardDefinition;
    const { exitCode, output } = await plan([wrong], 'wrong');
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringContaining(reason) });
    expect(await standings.boards('status')).toEqual(before);
  });
});
