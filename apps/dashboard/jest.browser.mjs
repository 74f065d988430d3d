import preset from '../../jest.preset.mjs';

/** The run in a real browser: apart from the unit tests, because it needs the built page. */
export default {
  ...preset,
  displayName: 'dashboard-browser',
  testMatch: ['<rootDir>/browser/**/*.browser.ts'],
};
