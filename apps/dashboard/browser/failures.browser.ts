import { expect, test } from '@jest/globals';
import { usePage } from './use-page.ts';

const testPage = usePage();

test('the page shows when the API is down, keeps the last standings, and recovers', async () => {
  const { page, url, api, watch, open, rows, text, waitForRows, shot } = testPage();
  await open();
  watch.allowFailuresOf(/leaderboards/);
  api.failure = 503;
  await page.getByText('Connection lost').first().waitFor();
  expect(await text('.notice')).toMatch(
    /The service is being maintained\. You see the standings as of \d\d:\d\d:\d\d\. Retrying/,
  );
  expect(await rows().count()).toBe(100);
  await shot('api-down-with-data');
  api.failure = undefined;
  await page.locator('.live[data-connection="live"]').waitFor();
  expect(await page.locator('.notice').isVisible()).toBe(false);

  api.failure = 500;
  // So long that only a click brings the page back.
  api.retryAfterSeconds = 60;
  await page.goto(url);
  await page.getByText('No connection to the leaderboard').waitFor();
  expect(await text('.notice')).toMatch(/Retrying in (59 s|1 min)/);
  expect(await page.locator('.leaderboard').isVisible()).toBe(false);
  await shot('api-down-at-start');
  api.failure = undefined;
  await page.getByRole('button', { name: 'Retry now' }).click();
  await waitForRows();
});

test('without config.json the page says what to do', async () => {
  const { page, url, server, watch, text, shot } = testPage();
  watch.allowFailuresOf(/config\.json/);
  server.config = undefined;
  await page.goto(url);
  await page.getByText('This page is not set up yet').waitFor();
  expect(await text('.notice-text')).toContain('{"api_url": "https://…"}');
  await shot('config-missing');
});
