import { expect, test } from '@jest/globals';
import { usePage } from './use-page.ts';

const testPage = usePage();

test('shows the top 100, and rows move as scores arrive', async () => {
  const { page, api, game, open, rows, text, waitFor, shot } = testPage();
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
  // In one step: the next poll shows no movement any more.
  await page
    .locator('tr[data-rank="1"]', { hasText: shown[50] ?? '' })
    .locator('.movement', { hasText: /up\s*50\s*places/ })
    .waitFor();
  const ranks = await rows().locator('.rank').allInnerTexts();
  expect(ranks.map(Number)).toEqual(ranks.map((_, index) => index + 1));
});

test('boards and windows change the board and the address, and Back returns', async () => {
  const { page, open, waitForBoard, waitForRows, shot } = testPage();
  await open();
  await page.getByRole('link', { name: /^Chess/ }).click();
  await waitForBoard('Chess');
  await waitForRows();
  expect(new URL(page.url()).search).toBe('?board=game:chess&window=all_time');
  await page.getByRole('link', { name: 'This week' }).click();
  await page.getByText('Week 47 of 2026').waitFor();
  expect(new URL(page.url()).search).toBe('?board=game:chess&window=weekly');
  await waitForRows();
  await shot('board-chess-weekly');

  await page.goBack();
  await page.goBack();
  await waitForBoard('Global');
  await waitForRows();
});

test('empty boards, unknown boards and a lag have their messages', async () => {
  const { page, url, api, watch, text, waitForRows, shot } = testPage();
  api.lagMs = 95_000;
  api.exact = false;
  await page.goto(`${url}/?board=game:empty`);
  await page.getByText('No scores yet').waitFor();
  expect(await text('.live')).toMatch(/Catching up[\s\S]*1 min behind\s+Approximate ranks/);
  await shot('board-empty');
  watch.allowFailuresOf(/game:nowhere/);
  await page.goto(`${url}/?board=game:nowhere`);
  await page.getByText('Board “game:nowhere” not found').waitFor();
  await page.getByRole('button', { name: 'Go to Global' }).click();
  await waitForRows();
});
