import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'intake',
  // The build copies package.json beside the bundle; it is no second package.
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};
