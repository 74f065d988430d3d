import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const START = path.resolve(import.meta.dirname, '../../workspace/start.mjs');

test.each([
  [['--seed', 'abc'], /'abc' is invalid\. It must be a whole number\. /],
  [['--players', '-1'], /'-1' is invalid\. It must be a whole number of at least 1\. /],
  [['--rate', '5'], /unknown option '--rate'\. /],
  [['once'], /too many arguments\. .*\. /],
])('%j ends with one line that says what is wrong, before anything is built', (flags, reason) => {
  const { status, stdout, stderr } = spawnSync('node', [START, ...flags], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: .*"npm start -- --help" lists the options\.\n$/);
  expect(stderr).toMatch(reason);
});
