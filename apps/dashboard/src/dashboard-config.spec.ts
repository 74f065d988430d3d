import { expect, test } from '@jest/globals';
import { ConfigError, loadConfig, parseConfig } from './dashboard-config.ts';

const PAGE = 'https://page.example/boards/?board=GLOBAL';

test('the address of the API comes from config.json beside the page', async () => {
  let requested = '';
  const fetch = (url: string) => {
    requested = url;
    return Promise.resolve(new Response('{"api_url":"https://api.example/"}'));
  };
  expect(await loadConfig(fetch, PAGE)).toEqual({
    apiUrl: 'https://api.example/',
    pollIntervalMs: 5_000,
  });
  expect(requested).toBe('https://page.example/boards/config.json');
});

test('a relative address and an interval are accepted', () => {
  expect(parseConfig('{"api_url":"/api","poll_interval_ms":1000}', PAGE)).toEqual({
    apiUrl: 'https://page.example/api',
    pollIntervalMs: 1_000,
  });
});

test.each([
  ['<!doctype html>', /config\.json is not valid JSON/],
  ['null', /api_url in config\.json is missing/],
  ['{"api_url":""}', /api_url in config\.json is ""/],
  ['{"api_url":7}', /api_url in config\.json is 7/],
  ['{"api_url":"javascript:alert(1)"}', /Set it to the address/],
  [
    '{"api_url":"/api","poll_interval_ms":10}',
    /poll_interval_ms in config\.json is 10\. Set it to/,
  ],
  ['{"api_url":"/api","poll_interval_ms":"5"}', /poll_interval_ms in config\.json is "5"/],
])('the config %s is rejected with what to do', (text, message) => {
  expect(() => parseConfig(text, PAGE)).toThrow(ConfigError);
  expect(() => parseConfig(text, PAGE)).toThrow(message);
});

test('a missing or unreachable config.json says what to do', async () => {
  const missing = () => Promise.resolve(new Response('', { status: 404 }));
  await expect(loadConfig(missing, PAGE)).rejects.toThrow(/status 404\. Put a file config\.json/);
  const offline = () => Promise.reject(new TypeError('Failed to fetch'));
  await expect(loadConfig(offline, PAGE)).rejects.toThrow(/cannot be read\. Check the connection/);
});
