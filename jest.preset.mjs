import path from 'node:path';

const PROGRESS = path.join(import.meta.dirname, 'tools/workspace/progress-reporter.mjs');

/**
 * The longest that a test or a hook may take, in ms. No test asserts a time: this only ends a test that hangs. It is longer
 * than HANG_TIMEOUT_MS, so that the wait that times out can name its condition first.
 */
const TEST_TIMEOUT_MS = process.env.TEST_FORM === 'long' ? 4 * 3_600_000 : 1_800_000;

/**
 * Jest for every project: native ES modules, TypeScript stripped by SWC, workspace packages resolved to their sources.
 * NODE_OPTIONS=--experimental-vm-modules is set by the `test` target in nx.json. This file imports no TypeScript: Nx loads it
 * on any Node, and then reports which one is needed.
 */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@leaderboard/source', 'node', 'import', 'default'],
  },
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testTimeout: TEST_TIMEOUT_MS,
  reporters: process.env.CHECK_PROGRESS_FILE === undefined ? ['default'] : ['default', PROGRESS],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
