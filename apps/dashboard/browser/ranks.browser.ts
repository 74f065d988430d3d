import { expect, test } from '@jest/globals';
import { usePage } from './use-page.ts';

const testPage = usePage();

test('goes to any rank, page by page, by number and by link', async () => {
  const { page, api, game, open, rows, text, waitFor, shot } = testPage();
  api.moves = false;
  const total = game.entries('GLOBAL', 'all_time').length;
  const firstRank = async (rank: number) => {
    await page
      .locator('.leaderboard tbody tr:first-child .rank', { hasText: RegExp(`^${String(rank)}$`) })
      .waitFor();
  };
  const range = (from: number, to: number) => `${String(from)}–${String(to)} of ${String(total)}`;
  await open();
  expect(await text('.pager-range')).toBe(range(1, 100));
  expect(await page.locator('a.pager-link').allInnerTexts()).toEqual(['Next', 'Last']);
  await page.getByRole('link', { name: 'Next' }).click();
  await firstRank(101);
  expect(await text('.pager-range')).toBe(range(101, 200));
  expect(new URL(page.url()).searchParams.get('rank')).toBe('101');
  await page.getByRole('link', { name: 'Last' }).click();
  await firstRank(201);
  expect(await rows().count()).toBe(total - 200);
  expect(await page.locator('a.pager-link').allInnerTexts()).toEqual(['First', 'Previous']);

  await page.getByRole('textbox', { name: 'Go to rank' }).fill('57');
  await page.keyboard.press('Enter');
  await firstRank(57);
  expect(await text('.pager-range')).toBe(range(57, 156));
  // From the end of one page to the beginning of another.
  expect(
    await page
      .locator('.leaderboard tbody tr:first-child')
      .evaluate((row) => row.getBoundingClientRect().top),
  ).toBeGreaterThan(0);
  await shot('rank-57');
  await page.goBack();
  await firstRank(201);
  await page.getByRole('link', { name: 'First' }).click();
  await firstRank(1);
  expect(new URL(page.url()).searchParams.get('rank')).toBeNull();

  await open('?rank=150&player=grace-21');
  await firstRank(150);
  await waitFor('.facts');
  const own =
    game.entries('GLOBAL', 'all_time').findIndex(({ player_id }) => player_id === 'grace-21') + 1;
  await page.getByRole('link', { name: 'Show on the board' }).click();
  await firstRank(Math.max(1, own - 10));
  await page.locator('.leaderboard tr.is-selected', { hasText: 'grace-21' }).waitFor();
});

test('a rank that there is not says so, in the field and in a link', async () => {
  const { page, url, api, game, open, text } = testPage();
  api.moves = false;
  const total = String(game.entries('GLOBAL', 'all_time').length);
  await open();
  for (const wrong of ['0', 'ten', '100000', '-3']) {
    await page.getByRole('textbox', { name: 'Go to rank' }).fill(wrong);
    await page.keyboard.press('Enter');
    await page
      .getByText(`There is no rank “${wrong}”. Enter a whole number from 1 to ${total}.`)
      .waitFor();
  }
  expect(new URL(page.url()).searchParams.get('rank')).toBeNull();
  await open('?rank=ten');
  const ofLink = page.getByText('The link names the rank “ten”, which is none');
  await ofLink.waitFor();
  await page.getByRole('link', { name: 'Next' }).click();
  await ofLink.waitFor({ state: 'detached' });
  await page.goto(`${url}/?rank=5000`);
  await page.getByText('There is no rank 5,000').waitFor();
  await page.getByRole('button', { name: 'Go to the last ranks' }).click();
  await page.locator('.leaderboard tbody tr').first().waitFor();
  expect(await text('.pager-range')).toContain(`–${total} of ${total}`);
});

test('shows how scores are distributed, and where a player stands', async () => {
  const { page, api, game, open, waitFor } = testPage();
  api.moves = false;
  await open();
  await waitFor('.distribution .histogram-bar');
  const entries = game.entries('GLOBAL', 'all_time');
  const label = await page.locator('.distribution .histogram-bars').getAttribute('aria-label');
  expect(label).toContain(`Scores of ${String(entries.length)} players.`);
  expect(label).toContain(`Top 10 %: ${Number(entries[25]?.score).toLocaleString('en')} or more`);
  await page.locator('.search-input').fill('grace-21');
  await page.keyboard.press('Enter');
  await waitFor('.panel .histogram-bar.is-own');
  expect(await page.locator('.panel .histogram-bar.is-own').count()).toBe(1);
});

test('a board that does not change is not sent again, and stays fresh', async () => {
  const { page, api, open, text } = testPage();
  api.moves = false;
  await open();
  const asOf = await text('.live-as-of');
  await page.waitForFunction(
    (before) => document.querySelector('.live-as-of')?.textContent !== before,
    asOf,
  );
  expect(api.unchanged).toBeGreaterThan(0);
});

test('all who look at the top of a board ask for the same address', async () => {
  const { page, api, open, waitFor } = testPage();
  await open();
  await page.locator('.search-input').fill('grace-21');
  await page.keyboard.press('Enter');
  await waitFor('.facts');
  await open('?player=ada');
  await waitFor('.facts');
  const ofBoard = api.requests.filter((each) => /^\/leaderboards\/GLOBAL\?/.test(each));
  expect(new Set(ofBoard)).toEqual(new Set(['/leaderboards/GLOBAL?window=all_time&limit=100']));
});
