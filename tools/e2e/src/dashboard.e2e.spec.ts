import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ConsoleWatch, startChromium, type TestBrowser } from '@leaderboard/browser';
import { play, traffic } from '@leaderboard/loadgen';
import type { Page } from 'playwright-core';
import { LeaderboardApiClient, type RankingPage } from './leaderboard-api-client.ts';
import { LeaderboardStack, until } from './leaderboard-stack.ts';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../../../apps/dashboard/screenshots');
/** Slow enough for a machine that draws the page at the same time. */
const UPDATES_PER_SECOND = 15;
const PLAN = { players: 150, games: 3, duplicates: 0.05, seed: 6 };

describe('the page on the running system, while a game goes on', () => {
  const stopGame = new AbortController();
  let stack: LeaderboardStack;
  let api: LeaderboardApiClient;
  let browser: TestBrowser | undefined;
  let page: Page;
  let watch: ConsoleWatch;
  let game: Promise<unknown>;

  const rows = () => page.locator('.leaderboard tbody tr:not(.skeleton-row)');
  const text = (selector: string) => page.locator(selector).innerText();
  const waitFor = (selector: string) => page.locator(selector).first().waitFor();
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const shot = (name: string) =>
    page.screenshot({ path: path.join(SCREENSHOTS, `live-${name}.png`) });
  const total = async (query = '') =>
    (await api.read<RankingPage>(`/leaderboards/GLOBAL?limit=1${query}`)).total;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    stack = await LeaderboardStack.start();
    api = new LeaderboardApiClient(stack.output('leaderboard_url'));
    const { producer } = stack;
    const startMs = Date.now() - 600_000;
    await play(traffic({ ...PLAN, updates: 600, startMs }), { producer, rate: 200 });
    await until('more than 100 players have a place', async () => (await total()) > 100);
    game = play(traffic({ ...PLAN, seed: 7, updates: 100_000, startMs }), {
      producer,
      rate: UPDATES_PER_SECOND,
      signal: stopGame.signal,
    });
    browser = await startChromium();
    page = await browser.context.newPage();
    page.setDefaultTimeout(30_000);
    watch = new ConsoleWatch(page);
  });
  afterAll(async () => {
    stopGame.abort();
    await game;
    await browser?.close();
    await stack.stop();
  });
  beforeEach(async () => {
    await page.goto(stack.output('dashboard_url'));
    await rows().first().waitFor();
  });

  test('L7: the top 100 move by themselves', async () => {
    await heading('Global');
    expect(await rows().count()).toBe(100);
    await waitFor('.movement-up');
    await waitFor('.movement-down');
    expect(await text('.live')).toMatch(/Live\s+As of \d\d:\d\d:\d\d/);
    await shot('board');
    const first = await rows().first().innerText();
    await until(
      'the first row has changed',
      async () => (await rows().first().innerText()) !== first,
    );
    expect(watch.errors).toEqual([]);
  });

  test('L7: boards and windows are those of the system, and Back returns', async () => {
    const { boards } = await api.read<{ boards: { id: string }[] }>('/leaderboards');
    expect(boards.map(({ id }) => id).toSorted()).toEqual([
      'GLOBAL',
      'game:game-1',
      'game:game-2',
      'game:game-3',
    ]);
    expect(await page.locator('.board-link').count()).toBe(boards.length);
    for (const { id } of boards) {
      await page.locator(`.board-link[href*="${id}"]`).click();
      await page.waitForURL((url) => url.searchParams.get('board') === id);
      await rows().first().waitFor();
      await page.getByRole('link', { name: 'This week' }).click();
      await page.waitForURL((url) => url.searchParams.get('window') === 'weekly');
      await rows().first().waitFor();
      const { entries } = await api.read<RankingPage>(`/leaderboards/${id}?window=weekly`);
      expect(await rows().count()).toBe(entries.length);
    }
    await shot('game-weekly');
    await page.getByRole('link', { name: 'All time' }).click();
    await page.waitForURL((url) => url.searchParams.get('window') === 'all_time');
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get('window') === 'weekly');
    await rows().first().waitFor();
    expect(watch.errors).toEqual([]);
  });

  test('L7: search opens a player with place, neighbours and the history of the ledger', async () => {
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

    const updates = (await api.place('GLOBAL', player)).updates;
    await until('the open player shows a later update', async () => {
      const [, shown] = /(\d+) updates/.exec(await text('.panel .heading-note')) ?? [];
      return Number(shown) > updates;
    });
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'hidden' });
    expect(watch.errors).toEqual([]);
  });

  test('L7: on a phone and in the dark', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await rows().nth(4).click();
    await waitFor('.plot-line');
    await shot('phone-player-dark');
    await page.getByRole('button', { name: 'Close the player' }).click();
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await shot('phone-board-dark');
    expect(watch.errors).toEqual([]);
  });

  test('L7: ranks on the page are those of the API once the game rests', async () => {
    await page.setViewportSize({ width: 1440, height: 1000 });
    stopGame.abort();
    await game;
    await stack.drained();
    await until('the page shows what the API gives', async () => {
      const { entries } = await api.read<RankingPage>('/leaderboards/GLOBAL?limit=100');
      const shown = await page.locator('.leaderboard tbody .player-name').allInnerTexts();
      return JSON.stringify(shown) === JSON.stringify(entries.map(({ player_id }) => player_id));
    });
    await shot('at-rest');
    expect(watch.errors).toEqual([]);
  });
});
