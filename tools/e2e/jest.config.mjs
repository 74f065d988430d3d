import preset from '../../jest.preset.mjs';

const mutates = process.env.E2E_REMOVED_GRANT !== undefined;

export default {
  ...preset,
  displayName: 'e2e',
  maxWorkers: 2,
  ...(!mutates && {
    reporters: [...preset.reporters, '<rootDir>/src/permissions/unused-grants-reporter.ts'],
  }),
};
