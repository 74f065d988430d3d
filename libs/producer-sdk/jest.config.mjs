import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'producer-sdk',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};
