import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { ConsoleWatch, startChromium, type TestBrowser } from '@leaderboard/testing/browser';
import type { Locator, Page } from 'playwright-core';
import { ApiDouble } from './api-double.ts';
import { MovingLeaderboard } from './moving-leaderboard.ts';
import { PageServer } from './page-server.ts';

const SCREENSHOTS = path.join(import.meta.dirname, '../screenshots');

/** The built page in a browser, with an API and a game behind it. Each test gets a new one. */
export interface TestPage {
  readonly page: Page;
  readonly url: string;
  readonly api: ApiDouble;
  readonly game: MovingLeaderboard;
  readonly server: PageServer;
  /** A test fails if the console shows an error that it has not allowed. */
  readonly watch: ConsoleWatch;
  /** Opens the page and waits for its rows. */
  open(query?: string): Promise<void>;
  /** The rows of the leaderboard. */
  rows(): Locator;
  text(selector: string): Promise<string>;
  waitFor(selector: string): Promise<void>;
  waitForBoard(name: string): Promise<void>;
  waitForRows(): Promise<void>;
  /** Saves a screenshot once rows have stopped moving. */
  shot(name: string): Promise<void>;
}

/**
 * Runs a browser for the tests of a file, and opens a new page for each test.
 *
 * @returns a function that gives the page of the current test
 * @example
 * const testPage = usePage();
 * test('…', async () => {
 *   const { open, rows } = testPage();
 *   await open();
 *   expect(await rows().count()).toBe(100);
 * });
 */
export function usePage(): () => TestPage {
  let browser: TestBrowser;
  let current: TestPage;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    const game = new MovingLeaderboard(Date.now());
    const api = new ApiDouble(game);
    const server = new PageServer();
    server.apiUrl = await api.listen();
    server.config = JSON.stringify({ api_url: server.apiUrl, poll_interval_ms: 1_000 });
    const url = await server.listen();
    const page = await browser.context.newPage();
    const rows = () => page.locator('.leaderboard tbody tr:not(.skeleton-row)');
    current = {
      page,
      url,
      api,
      game,
      server,
      watch: new ConsoleWatch(page),
      open: async (query = '') => {
        await page.goto(`${url}/${query}`);
        await rows().first().waitFor();
      },
      rows,
      text: (selector) => page.locator(selector).innerText(),
      waitFor: (selector) => page.locator(selector).first().waitFor(),
      waitForBoard: (name) => page.getByRole('heading', { level: 1, name }).waitFor(),
      waitForRows: () => rows().first().waitFor(),
      shot: async (name) => {
        await animationsFinished(page);
        await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
      },
    };
  });
  afterEach(async () => {
    const { watch, page, api, server } = current;
    expect(watch.errors).toEqual([]);
    await page.close();
    await Promise.all([api.close(), server.close()]);
  });
  return () => current;
}

/** All but the pulsing dot of the live status, which never ends. */
async function animationsFinished(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ),
  );
}
