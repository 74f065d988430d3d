import { describe, expect, test } from '@jest/globals';

import {
  type InfraOptions,
  LOCAL_BACKEND_URL,
  POLICY_PACK_FOLDER,
  previewArguments,
  pulumiArguments,
  pulumiEnvironment,
  selectArguments,
} from './pulumi-invocation.ts';

const CHECKED = `--policy-pack ${POLICY_PACK_FOLDER}`;
const dev: InfraOptions = { stack: 'dev', pulumiArgs: [] };

test.each([
  ['preview', { ...dev, json: true }, `preview --stack dev --refresh ${CHECKED} --json`],
  ['up', { ...dev, yes: true }, `up --stack dev --refresh ${CHECKED} --yes`],
  ['up', { ...dev, refresh: false }, `up --stack dev ${CHECKED}`],
  ['up', { ...dev, policies: false }, 'up --stack dev --refresh'],
  [
    'destroy',
    { ...dev, stack: 'prod', yes: true },
    'destroy --stack prod --exclude-protected --yes',
  ],
  ['refresh', { ...dev, pulumiArgs: ['--diff'] }, 'refresh --stack dev --diff'],
  [
    'drift',
    { ...dev, json: true },
    'refresh --preview-only --expect-no-changes --stack dev --json',
  ],
  ['outputs', { ...dev, json: true }, 'stack output --stack dev --json'],
] as const)('%s %j becomes pulumi %s', (command, options, expected) => {
  expect(pulumiArguments(command, options).join(' ')).toBe(expected);
});

test('the preview of an update selects the resources that the update selects', () => {
  const pulumiArgs = [
    '--target',
    'urn:a',
    '--replace=urn:b',
    '-m',
    'message',
    '--diff',
    '-c',
    'a=b',
  ];
  const selecting = '--target urn:a --replace=urn:b -c a=b';
  expect(previewArguments({ ...dev, yes: true, pulumiArgs }).join(' ')).toBe(
    `preview --stack dev --refresh --json ${selecting}`,
  );
});

test('only preview and up create a stack', () => {
  const creates = (command: Parameters<typeof selectArguments>[0]) =>
    selectArguments(command, dev).includes('--create');
  expect(creates('preview')).toBe(true);
  expect(creates('up')).toBe(true);
  expect(creates('destroy')).toBe(false);
  expect(creates('refresh')).toBe(false);
  expect(creates('drift')).toBe(false);
  expect(creates('outputs')).toBe(false);
});

describe('the environment of the CLI', () => {
  test('stores the state in the project unless a backend is set', () => {
    expect(pulumiEnvironment({}, 'dev')['PULUMI_BACKEND_URL']).toBe(LOCAL_BACKEND_URL);
    expect(LOCAL_BACKEND_URL).toMatch(/^file:\/\/.*\/apps\/infra$/);
    const named = { PULUMI_BACKEND_URL: 's3://state' };
    expect(pulumiEnvironment(named, 'dev')['PULUMI_BACKEND_URL']).toBe('s3://state');
  });

  test('has an empty passphrase for the local dev stack only', () => {
    const passphrase = (environment: Record<string, string>, stack: string) =>
      pulumiEnvironment(environment, stack)['PULUMI_CONFIG_PASSPHRASE'];
    expect(passphrase({}, 'dev')).toBe('');
    expect(passphrase({ PULUMI_CONFIG_PASSPHRASE: 'own' }, 'dev')).toBe('own');
    expect(passphrase({ PULUMI_CONFIG_PASSPHRASE_FILE: '/secret' }, 'dev')).toBeUndefined();
    expect(passphrase({}, 'prod')).toBeUndefined();
    expect(passphrase({ PULUMI_BACKEND_URL: 's3://state' }, 'dev')).toBeUndefined();
  });
});
