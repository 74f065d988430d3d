import { expect, test } from '@jest/globals';
import { usePage } from './use-page.ts';

const testPage = usePage();

test('search opens a player with rank, percentile, neighbours and history', async () => {
  const { page, api, game, open, text, waitFor, shot } = testPage();
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
  const { open, text, waitFor, waitForBoard } = testPage();
  await open('?board=game:tetris&window=monthly&player=ada');
  await waitForBoard('Tetris');
  expect(await text('.windows [aria-current]')).toBe('This month');
  expect(await text('.panel-name')).toBe('ada');
  await waitFor('.facts');
});

test('an unknown player has a message with similar players', async () => {
  const { page, watch, open, text, waitFor } = testPage();
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
  await page.getByText('This is not a valid player id').waitFor();
  expect(await page.locator('.panel img').count()).toBe(0);
});
