import { expect, test } from '@jest/globals';

import { findMissing, type World } from './preconditions.ts';

const complete: World = {
  environment: { PULUMI_CONFIG_PASSPHRASE: 'own', PULUMI_BACKEND_URL: 's3://state' },
  findCredentials: () => Promise.resolve({}),
  findPulumi: () => Promise.resolve(),
  pulumiVersion: '3.265.0',
  pulumiFolder: '/home/me/.pulumi/versions/3.265.0/bin',
};
const credentials = true;

test('reports nothing when everything is there', async () => {
  expect(await findMissing(complete, 'prod', { credentials })).toEqual([]);
});

test('reports everything that is missing, one line each, with how to get it', async () => {
  const nothing: World = {
    ...complete,
    environment: {},
    findCredentials: () => Promise.reject(new Error('secret AKIA in the message')),
    findPulumi: () => Promise.reject(new Error('Downloading...\npulumi: fetch failed\n')),
  };
  const missing = await findMissing(nothing, 'prod', { credentials });
  expect(missing).toEqual([
    'The Pulumi CLI 3.265.0 could not be downloaded (pulumi: fetch failed): allow https://get.pulumi.com, or unpack that ' +
      'version from https://www.pulumi.com/docs/install/versions/ into /home/me/.pulumi/versions/3.265.0/bin.',
    'No AWS credentials: run `aws sso login` and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    'No passphrase for stack prod: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, ' +
      'to the one that the stack was created with, or to a new one for a new stack.',
    expect.stringMatching(
      /^No shared state for prod: file:.* is on this machine only\. Set PULUMI_BACKEND_URL/,
    ),
  ]);
});

test('looks for credentials only where they are needed', async () => {
  const world: World = { ...complete, findCredentials: () => Promise.reject(new Error('none')) };
  expect(await findMissing(world, 'prod', { credentials: false })).toEqual([]);
});

test.each([
  ['file:///state', 1],
  ['s3://state', 1],
  ['https://api.pulumi.com', 0],
])('a backend at %s lacks %d passphrase', async (PULUMI_BACKEND_URL, count) => {
  const world: World = { ...complete, environment: { PULUMI_BACKEND_URL } };
  expect(await findMissing(world, 'staging', { credentials })).toHaveLength(count);
});
