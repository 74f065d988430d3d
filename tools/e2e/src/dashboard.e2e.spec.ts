import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ConsoleWatch, startChromium, type TestBrowser } from '@leaderboard/testing/browser';
import { play, traffic } from '@leaderboard/loadgen';
import type { Page, Response } from 'playwright-core';
import type { ApiEntry, RankingPage } from './stacks/leaderboard-api-client.ts';
import { fillGlobalBoard } from './stacks/large-board.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../../../apps/dashboard/screenshots');
/** The game's rate, and the updates in flight above which it pauses: a busy machine sets its pace. */
const UPDATES_PER_SECOND = 15;
const MAX_IN_FLIGHT = 15;
/** What the page shows while it gets responses; on a busy machine standings lag. */
const CONNECTED = ':is([data-connection="live"], [data-connection="lagging"])';
const BOARDS = ['GLOBAL', 'game:game-1', 'game:game-2', 'game:game-3'];
const PLAN = { players: 150, games: 3, duplicates: 0.05, seed: 6 };
/** Players of the global board besides those of the game. */
const CROWD = 100_000;
const EIGHT_DAYS_MS = 8 * 86_400_000;
const ENTRY_COLUMNS = ['.rank', '.player-name', '.score', '.cell-updates'];

describe('the page on the running system, during a game, with 100,000 players', () => {
  const stopGame = new AbortController();
  const stack = useLeaderboardStack();
  let browser: TestBrowser | undefined;
  let page: Page;
  let watch: ConsoleWatch;
  let game: Promise<unknown>;
  /** Players of the crowd that can be looked up. */
  let crowd: readonly string[];
  /** The players of the last response that the page got, by board and window: another read would see another moment. */
  const responses = new Map<string, string[]>();

  const rows = () => page.locator('.leaderboard tbody tr:not(.skeleton-row)');
  const text = (selector: string) => page.locator(selector).innerText();
  const waitFor = (selector: string) => page.locator(selector).first().waitFor();
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const shot = (name: string) =>
    page.screenshot({ path: path.join(SCREENSHOTS, `live-${name}.png`) });
  /** What the rows show in a column, first to last. */
  const column = (selector: string) => rows().locator(selector).allInnerTexts();
  const choose = async (board: string, window: string) => {
    await page.locator(`.board-link[data-board="${board}"]`).click();
    await page.waitForURL((url) => url.searchParams.get('board') === board);
    await page.locator(`.window-link[href*="window=${window}"]`).click();
    await page.waitForURL((url) => url.searchParams.get('window') === window);
  };
  const rememberRanking = async (response: Response) => {
    const { pathname, searchParams } = new URL(response.url());
    const [, resource, board, more] = pathname.split('/');
    if (resource !== 'leaderboards' || board === undefined || more !== undefined) return;
    // The page may have gone on before the body was here.
    const page = (await response.json().catch(() => undefined)) as RankingPage | undefined;
    const players = page?.entries.map(({ player_id }) => player_id);
    if (players) responses.set(`${board} ${String(searchParams.get('window'))}`, players);
  };
  const isCaughtUp = async () => {
    const queues = ['main_queue_url', 'standings_queue_url'];
    const waiting = await Promise.all(queues.map((queue) => stack.messagesIn(queue)));
    return waiting.reduce((sum, count) => sum + count) < MAX_IN_FLIGHT;
  };
  const ranking = async (board: string, window: string) =>
    (await stack.api.read<RankingPage>(`/leaderboards/${board}?window=${window}&limit=100`))
      .entries;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const { producer } = stack;
    crowd = await fillGlobalBoard(stack, CROWD);
    const nowMs = Date.now();
    // Another week than the game that goes on, so that the windows differ.
    const before = traffic({ ...PLAN, updates: 600, startMs: nowMs - EIGHT_DAYS_MS });
    await play(before, { producer, rate: 200 });
    await until('every board has come and one has more players than the page shows', async () => {
      const { boards } = await stack.api.read<{ boards: { players: number }[] }>('/leaderboards');
      return boards.length === BOARDS.length && boards.some(({ players }) => players > 100);
    });
    game = play(traffic({ ...PLAN, seed: 7, updates: 100_000, startMs: nowMs - 600_000 }), {
      producer: {
        sendLeaderboardUpdate: async (update, options) => {
          await until('the standings have caught up', isCaughtUp);
          return producer.sendLeaderboardUpdate(update, options);
        },
      },
      rate: UPDATES_PER_SECOND,
      concurrency: 1,
      signal: stopGame.signal,
    });
    browser = await startChromium();
    page = await browser.context.newPage();
    watch = new ConsoleWatch(page);
    // The crowd has ranks and no ledger.
    watch.allowFailuresOf(/crowd-\d+\/history/);
    page.on('response', (response) => void rememberRanking(response));
  });
  afterAll(async () => {
    stopGame.abort();
    await game;
    await browser?.close();
  });
  beforeEach(async () => {
    await page.goto(stack.output('dashboard_url'));
    await rows().first().waitFor();
  });

  test('updates the top 100 by itself', async () => {
    await heading('Global');
    expect(await rows().count()).toBe(100);
    await waitFor('.movement-up');
    await waitFor('.movement-down');
    await waitFor(`.live${CONNECTED}`);
    expect(await text('.live')).toMatch(/As of \d\d:\d\d:\d\d/);
    await shot('board');
    const first = await rows().first().innerText();
    await until(
      'the first row has changed',
      async () => (await rows().first().innerText()) !== first,
    );
    expect(watch.errors).toEqual([]);
  });

  test('shows the boards and windows of the system, and Back returns', async () => {
    const links = await page.locator('.board-link').all();
    const ids = await Promise.all(links.map((link) => link.getAttribute('data-board')));
    expect(ids.toSorted()).toEqual(BOARDS);
    for (const board of BOARDS) {
      await choose(board, 'weekly');
      await until(`the page shows what the API last gave it for ${board}`, async () => {
        const shown = await column('.player-name');
        return isDeepStrictEqual(shown, responses.get(`${board} weekly`));
      });
    }
    await shot('game-weekly');
    await page.getByRole('link', { name: 'All time' }).click();
    await page.waitForURL((url) => url.searchParams.get('window') === 'all_time');
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get('window') === 'weekly');
    await rows().first().waitFor();
    expect(watch.errors).toEqual([]);
  });

  test('opens a player from the search, with place, neighbours and history', async () => {
    const player = 'player-1';
    await page.keyboard.press('/');
    await page.keyboard.type(player);
    await waitFor('.suggestions li');
    await shot('search');
    await page.keyboard.press('Enter');
    await waitFor('.facts');
    await waitFor('.plot-line');
    await waitFor('.neighbours tr.is-selected');
    expect(await text('.panel-name')).toBe(player);
    expect(await text('.neighbours tr.is-selected .player-name')).toBe(player);
    await shot('player');

    await page.locator('.plot').focus();
    const latest = await text('.plot-readout');
    await until('the arrow keys show an earlier score', async () => {
      await page.keyboard.press('ArrowLeft');
      return (await text('.plot-readout')) !== latest;
    });

    const { updates } = await stack.api.place('GLOBAL', player);
    await until('the open player shows a later update', async () => {
      const note = await text('.fact-score .fact-note');
      return Number(note.replace(/\D/g, '')) > updates;
    });
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'hidden' });
    expect(watch.errors).toEqual([]);
  });

  test('goes to any rank of the large board while it moves', async () => {
    const ranks = async () =>
      (await column('.rank')).map((rank) => Number(rank.replaceAll(',', '')));
    const showsFrom = async (rank: number) => {
      const shown = await ranks();
      return isDeepStrictEqual(
        shown,
        shown.map((_, index) => rank + index),
      );
    };
    await page.getByRole('textbox', { name: 'Go to rank' }).fill('50,000');
    await page.keyboard.press('Enter');
    await until(
      'the page shows 100 ranks from 50,000 on',
      async () => (await rows().count()) === 100 && (await showsFrom(50_000)),
    );
    await waitFor('.distribution .histogram-bar');
    await shot('rank-50000');
    await page.getByRole('link', { name: 'Last' }).click();
    await until('the page shows the last ranks', async () => {
      const shown = await ranks();
      const { total } = await stack.api.read<RankingPage>('/leaderboards/GLOBAL?limit=1');
      return shown.at(-1) === total && (shown[0] ?? 0) % 100 === 1;
    });
    await page.getByRole('link', { name: 'Previous' }).click();
    await until('the page before is full', async () => (await rows().count()) === 100);
    expect(watch.errors).toEqual([]);
  });

  test('shows where one of 100,000 players stands, and goes to that place', async () => {
    const player = crowd[Math.floor(crowd.length / 2)] ?? '';
    await page.locator('.search-input').fill(player);
    await page.keyboard.press('Enter');
    await waitFor('.panel .histogram-bar.is-own');
    await until('the page shows the rank and the percentile that the API gives', async () => {
      const { rank, percentile } = await stack.api.place('GLOBAL', player);
      return (
        (await text('.fact-rank .fact-value')) === `#${rank.toLocaleString('en')}` &&
        Number.parseFloat(await text('.fact-percentile .fact-value')) ===
          Math.round((percentile ?? NaN) * 10) / 10
      );
    });
    const summary = await page.locator('.panel .histogram-bars').getAttribute('aria-label');
    expect(summary).toMatch(/^Scores of 100,\d{3} players\. Top 1 %: [\d,.]+ or more, Top 10 %: /);
    await page.getByRole('link', { name: 'Show on the board' }).click();
    await page.locator('.leaderboard tr.is-selected', { hasText: player }).waitFor();
    await shot('player-of-100000');
    expect(watch.errors).toEqual([]);
  });

  test('works on a phone and in the dark theme', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await rows().nth(4).click();
    await waitFor('.plot-line');
    await shot('phone-player-dark');
    await page.getByRole('button', { name: 'Close player' }).click();
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await shot('phone-board-dark');
    await page.getByRole('textbox', { name: 'Go to rank' }).fill('99,000');
    await page.keyboard.press('Enter');
    await until('the phone shows the rank', async () => (await column('.rank'))[0] === '99,000');
    await shot('phone-rank-99000');
    expect(watch.errors).toEqual([]);
  });

  test('shows every board and window as the API does once the game has stopped', async () => {
    await page.setViewportSize({ width: 1440, height: 1000 });
    stopGame.abort();
    await game;
    await stack.drained();
    for (const board of BOARDS) {
      for (const window of ['weekly', 'all_time']) {
        await choose(board, window);
        await until(`the page shows what the API gives for ${board}, ${window}`, async () => {
          const entries = await ranking(board, window);
          const shown = await Promise.all(ENTRY_COLUMNS.map(column));
          return isDeepStrictEqual(shown, columnsOf(entries));
        });
      }
    }
    await shot('at-rest');
    expect(watch.errors).toEqual([]);
  });
});

/** Entries as the page writes them, column by column. */
function columnsOf(entries: readonly ApiEntry[]): string[][] {
  const count = new Intl.NumberFormat('en');
  const score = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });
  return [
    entries.map(({ rank }) => count.format(rank)),
    entries.map(({ player_id }) => player_id),
    entries.map((entry) => score.format(entry.score as Intl.StringNumericLiteral)),
    entries.map(({ updates }) => count.format(updates)),
  ];
}
