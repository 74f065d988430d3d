import { expect, test } from '@jest/globals';
import { usePage } from './use-page.ts';

const testPage = usePage();

test('the keyboard reaches everything', async () => {
  const { page, api, open, waitFor, waitForBoard, waitForRows, shot } = testPage();
  api.moves = false;
  await open();
  await page.locator('.board-link[aria-current]').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await waitForBoard('Chess');
  await waitForRows();
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
  const { page, api, game, open, rows } = testPage();
  api.moves = false;
  await open();
  const player = (await rows().locator('.player-name').allInnerTexts())[30] ?? '';
  await page.locator('.leaderboard .player-link', { hasText: player }).first().focus();
  game.score(player, 'chess', 1_000_000);
  await page.locator('tr[data-rank="1"]', { hasText: player }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(player);
});
