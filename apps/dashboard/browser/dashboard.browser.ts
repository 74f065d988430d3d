import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ApiDouble } from './api-double.ts';
import { ConsoleWatch, startChromium, type TestBrowser } from '@leaderboard/testing/browser';
import { MovingLeaderboard } from './moving-leaderboard.ts';
import { PageServer } from './page-server.ts';

const SCREENSHOTS = join(import.meta.dirname, '../screenshots');

let browser: TestBrowser;
let api: ApiDouble;
let game: MovingLeaderboard;
let server: PageServer;
let pageUrl: string;
let page: Page;
let watch: ConsoleWatch;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await startChromium();
});

afterAll(() => browser.close());

beforeEach(async () => {
  game = new MovingLeaderboard(Date.now());
  api = new ApiDouble(game);
  server = new PageServer();
  server.apiUrl = await api.listen();
  server.config = JSON.stringify({ api_url: server.apiUrl, poll_interval_ms: 1_000 });
  pageUrl = await server.listen();
  page = await browser.context.newPage();
  watch = new ConsoleWatch(page);
});

afterEach(async () => {
  expect(watch.errors).toEqual([]);
  await page.close();
  await Promise.all([api.close(), server.close()]);
});

/** Once rows have arrived where they glide to; the dot that says "live" pulses for ever. */
const shot = async (name: string) => {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ),
  );
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
};
const rows = () => page.locator('.leaderboard tbody tr:not(.skeleton-row)');
const text = (selector: string) => page.locator(selector).innerText();
const waitFor = (selector: string) => page.locator(selector).first().waitFor();
const waitForBoard = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const open = async (query = '') => {
  await page.goto(`${pageUrl}/${query}`);
  await rows().first().waitFor();
};

test('shows the top 100, and rows move by themselves as scores come in', async () => {
  await open();
  expect(await rows().count()).toBe(100);
  expect(await text('.board-title')).toBe('Global');
  expect(await text('.live')).toMatch(/Live\s+As of \d\d:\d\d:\d\d\s+420 ms behind\s+Exact ranks/);
  await waitFor('.movement-up');
  await waitFor('.movement-down');
  await shot('board-light');

  const shown = await rows().locator('.player-name').allInnerTexts();
  api.moves = false;
  game.score(shown[50] ?? '', 'chess', 1_000_000);
  // In one step: the poll after this one shows no movement any more.
  await page
    .locator('tr[data-rank="1"]', { hasText: shown[50] ?? '' })
    .locator('.movement', { hasText: /up\s*50\s*places/ })
    .waitFor();
  const ranks = await rows().locator('.rank').allInnerTexts();
  expect(ranks.map(Number)).toEqual(ranks.map((_, index) => index + 1));
});

test('boards and windows change the board and the address, and Back returns', async () => {
  await open();
  await page.getByRole('link', { name: /^Chess/ }).click();
  await waitForBoard('Chess');
  await rows().first().waitFor();
  expect(new URL(page.url()).search).toBe('?board=game:chess&window=all_time');
  await page.getByRole('link', { name: 'This week' }).click();
  await page.getByText('Week 47 of 2026').waitFor();
  expect(new URL(page.url()).search).toBe('?board=game:chess&window=weekly');
  await rows().first().waitFor();
  await shot('board-chess-weekly');

  await page.goBack();
  await page.goBack();
  await waitForBoard('Global');
  await rows().first().waitFor();
});

test('search opens a player with rank, percentile, neighbours and history', async () => {
  await open();
  await page.keyboard.press('/');
  await page.keyboard.type('GRACE-');
  await waitFor('.suggestions li');
  await shot('search-suggestions');
  await page.keyboard.press('Escape');
  await page.locator('.search-input').fill('grace-21');
  await page.keyboard.press('Enter');
  await waitFor('.facts');
  await waitFor('.plot-line');

  api.moves = false;
  const entries = game.entries('GLOBAL', 'all_time');
  const rank = entries.findIndex(({ player_id }) => player_id === 'grace-21') + 1;
  await page.locator('.fact-rank', { hasText: `#${String(rank)}` }).waitFor();
  expect(await page.locator('.neighbours tr.is-selected .player-name').innerText()).toBe(
    'grace-21',
  );
  expect(await page.locator('.neighbours tbody tr').count()).toBe(7);
  expect(await text('.panel .heading-note')).toContain('12 updates');
  expect(new URL(page.url()).searchParams.get('player')).toBe('grace-21');
  await shot('player-light');

  await page.locator('.plot').focus();
  const latest = await text('.plot-readout');
  await page.keyboard.press('ArrowLeft');
  const earlier = await text('.plot-readout');
  expect(earlier).not.toBe(latest);
  game.score('grace-21', 'chess', 5);
  await page.locator('.panel .heading-note', { hasText: '13 updates' }).waitFor();
  expect(await text('.plot-readout')).toBe(earlier);
  await page.keyboard.press('ArrowLeft');
  expect(await text('.plot-readout')).not.toBe(earlier);

  await page.keyboard.press('Escape');
  await page.locator('.panel').waitFor({ state: 'hidden' });
  expect(new URL(page.url()).searchParams.get('player')).toBeNull();
});

test('a shared link opens board, window and player', async () => {
  await open('?board=game:tetris&window=monthly&player=ada');
  await waitForBoard('Tetris');
  expect(await text('.windows [aria-current]')).toBe('This month');
  expect(await text('.panel-name')).toBe('ada');
  await waitFor('.facts');
});

test('a player who is not there is told apart, with players one may have meant', async () => {
  watch.allowFailuresOf(/players\/Ada/);
  await open();
  await page.locator('.search-input').fill('Ada');
  await page.locator('.suggestions li').first().waitFor();
  await page.keyboard.press('Enter');
  await waitFor('.absent');
  expect(await text('.absent')).toContain('Ids are case-sensitive.');
  await page.locator('.offers a').first().click();
  await waitFor('.facts');

  await page.locator('.search-input').fill('<img src=x onerror=alert(1)>');
  await page.keyboard.press('Enter');
  await page.getByText('This cannot be a player id').waitFor();
  expect(await page.locator('.panel img').count()).toBe(0);
});

test('the keyboard reaches everything', async () => {
  api.moves = false;
  await open();
  await page.locator('.board-link[aria-current]').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await waitForBoard('Chess');
  await rows().first().waitFor();
  const first = page.locator('.leaderboard .player-link').first();
  await first.focus();
  await page.keyboard.press('ArrowDown');
  const second = page.locator('.leaderboard .player-link').nth(1);
  expect(await second.evaluate((link) => link === document.activeElement)).toBe(true);
  expect(await page.locator('.leaderboard .player-link[tabindex="0"]').count()).toBe(1);
  await shot('keyboard-focus');
  await page.keyboard.press('Enter');
  await waitFor('.facts');
  await page.keyboard.press('Escape');
  await page.locator('.panel').waitFor({ state: 'hidden' });
  expect(await second.evaluate((link) => link === document.activeElement)).toBe(true);
});

test('a row that moves keeps the keyboard focus', async () => {
  api.moves = false;
  await open();
  const player = (await rows().locator('.player-name').allInnerTexts())[30] ?? '';
  await page.locator('.leaderboard .player-link', { hasText: player }).first().focus();
  game.score(player, 'chess', 1_000_000);
  await page.locator('tr[data-rank="1"]', { hasText: player }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(player);
});

test('an API that is down is said so, the last standings stay, and it recovers by itself', async () => {
  await open();
  watch.allowFailuresOf(/leaderboards/);
  api.failure = 503;
  await page.getByText('Connection lost').first().waitFor();
  expect(await text('.notice')).toMatch(
    /The service is being maintained\. These are the standings as of \d\d:\d\d:\d\d\. Trying again/,
  );
  expect(await rows().count()).toBe(100);
  await shot('api-down-with-data');
  api.failure = undefined;
  await page.locator('.live[data-connection="live"]').waitFor();
  expect(await page.locator('.notice').isVisible()).toBe(false);

  api.failure = 500;
  // So long that only a click brings the page back.
  api.retryAfterSeconds = 60;
  await page.goto(pageUrl);
  await page.getByText('No connection to the leaderboard').waitFor();
  expect(await text('.notice')).toMatch(/Trying again in (59 s|1 min)/);
  expect(await page.locator('.leaderboard').isVisible()).toBe(false);
  await shot('api-down-at-start');
  api.failure = undefined;
  await page.getByRole('button', { name: 'Try now' }).click();
  await rows().first().waitFor();
});

test('empty boards, unknown boards and a lag are said so', async () => {
  api.lagMs = 95_000;
  api.exact = false;
  await page.goto(`${pageUrl}/?board=game:empty`);
  await page.getByText('No scores yet').waitFor();
  expect(await text('.live')).toMatch(/Catching up[\s\S]*1 min behind\s+Approximate ranks/);
  await shot('board-empty');
  watch.allowFailuresOf(/game:nowhere/);
  await page.goto(`${pageUrl}/?board=game:nowhere`);
  await page.getByText('There is no board “game:nowhere”').waitFor();
  await page.getByRole('button', { name: 'Go to Global' }).click();
  await rows().first().waitFor();
});

test('without config.json the page says what to do', async () => {
  watch.allowFailuresOf(/config\.json/);
  server.config = undefined;
  await page.goto(pageUrl);
  await page.getByText('This page is not set up yet').waitFor();
  expect(await text('.notice-text')).toContain('{"api_url": "https://…"}');
  await shot('config-missing');
});

test('dark by preference and by choice, which lasts', async () => {
  const isDark = () =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(11, 16, 15)');
  await page.emulateMedia({ colorScheme: 'dark' });
  await open('?player=ada');
  await waitFor('.plot-line');
  await waitFor('.movement-up');
  expect(await isDark()).toBe(true);
  await shot('player-dark');
  await page.getByRole('button', { name: 'Switch to light colours' }).click();
  expect(await isDark()).toBe(false);
  await page.reload();
  await rows().first().waitFor();
  expect(await isDark()).toBe(false);
  await page.evaluate(() => {
    localStorage.clear();
  });
});

test('who prefers less motion gets none', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open();
  await page.evaluate(() => {
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (...args) {
      document.body.dataset['animated'] = 'true';
      return animate.apply(this, args);
    };
  });
  await waitFor('.movement-up');
  expect(await page.evaluate(() => document.body.dataset['animated'])).toBeUndefined();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('on a phone nothing is cut off, and a player covers the board', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open();
  await waitFor('.movement-up');
  const overflow = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  expect(await overflow()).toBeLessThanOrEqual(0);
  await shot('phone-board');
  await rows().nth(4).click();
  await waitFor('.plot-line');
  expect(await overflow()).toBeLessThanOrEqual(0);
  expect(await page.locator('main').evaluate((main: HTMLElement) => main.inert)).toBe(true);
  await shot('phone-player');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Close the player' }).click();
  expect(await page.locator('main').evaluate((main: HTMLElement) => main.inert)).toBe(false);
  await shot('phone-board-dark');
});
