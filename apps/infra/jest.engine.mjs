import preset from '../../jest.preset.mjs';

/** The program under the real engine of Pulumi: apart from the unit tests, because it needs the CLI. */
export default {
  ...preset,
  displayName: 'infra-engine',
  testEnvironment: '<rootDir>/engine/environment.mjs',
  testMatch: ['<rootDir>/engine/**/*.engine.ts'],
};
