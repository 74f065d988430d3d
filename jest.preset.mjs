import path from 'node:path';
import { TEST_TIMEOUT_MS } from './tools/workspace/testing.ts';

const PROGRESS = path.join(import.meta.dirname, 'tools/workspace/progress-reporter.mjs');

/**
 * Jest for every project: native ES modules, TypeScript stripped by SWC, workspace packages resolved to their sources.
 * NODE_OPTIONS=--experimental-vm-modules is set by the `test` target in nx.json.
 */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@leaderboard/source', 'node', 'import', 'default'],
  },
  testMatch: ['<rootDir>/**/*.spec.ts'],
  // No test asserts a time: this only ends a test that hangs.
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
