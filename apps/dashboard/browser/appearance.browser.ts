import { expect, test } from '@jest/globals';
import { usePage } from './use-page.ts';

const testPage = usePage();

test('dark mode follows the system until the user chooses, and the choice is kept', async () => {
  const { page, open, waitFor, waitForRows, shot } = testPage();
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
  await waitForRows();
  expect(await isDark()).toBe(false);
  await page.evaluate(() => {
    localStorage.clear();
  });
});

test('reduced motion disables animations', async () => {
  const { page, open, waitFor } = testPage();
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
  const { page, open, rows, waitFor, shot } = testPage();
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
  await page.getByRole('button', { name: 'Close player' }).click();
  expect(await page.locator('main').evaluate((main: HTMLElement) => main.inert)).toBe(false);
  await shot('phone-board-dark');
});
