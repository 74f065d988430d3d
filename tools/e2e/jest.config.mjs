import preset from '../../jest.preset.mjs';

const mutates = process.env.E2E_REMOVED_GRANT !== undefined;

export default {
  ...preset,
  displayName: 'e2e',
  testTimeout: 120_000,
  maxWorkers: 2,
  ...(!mutates && {
    reporters: ['default', '<rootDir>/src/permissions/unused-grants-reporter.ts'],
  }),
};
