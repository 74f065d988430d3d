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
  testTimeout: 60_000,
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
