import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/generated',
      '**/.local',
      '**/node_modules',
      '**/*-results.json',
      '**/screenshots',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          banTransitiveDependencies: false,
          depConstraints: [
            {
              sourceTag: 'scope:lib',
              onlyDependOnLibsWithTags: ['scope:lib'],
              bannedExternalImports: ['@pulumi/*'],
            },
            // Layers: contracts < ranking < tables < function and ranks < apps < tools. What tests share stands beside them, and
            // .dependency-cruiser.mjs keeps production code from it.
            { sourceTag: 'name:testing', onlyDependOnLibsWithTags: ['name:none'] },
            { sourceTag: 'name:contracts', onlyDependOnLibsWithTags: ['name:testing'] },
            {
              sourceTag: 'name:ranking',
              onlyDependOnLibsWithTags: ['name:contracts', 'name:testing'],
            },
            {
              sourceTag: 'name:tables',
              onlyDependOnLibsWithTags: ['name:contracts', 'name:ranking', 'name:testing'],
            },
            {
              sourceTag: 'name:ranks',
              onlyDependOnLibsWithTags: [
                'name:contracts',
                'name:ranking',
                'name:tables',
                'name:testing',
              ],
            },
            {
              sourceTag: 'name:function',
              onlyDependOnLibsWithTags: [
                'name:contracts',
                'name:ranking',
                'name:tables',
                'name:testing',
              ],
            },
            {
              sourceTag: 'name:producer-sdk',
              onlyDependOnLibsWithTags: ['name:contracts', 'name:testing'],
            },
            {
              sourceTag: 'type:page',
              onlyDependOnLibsWithTags: ['name:contracts', 'name:testing'],
              bannedExternalImports: ['@pulumi/*'],
            },
            { sourceTag: 'scope:app', onlyDependOnLibsWithTags: ['scope:lib'] },
            {
              sourceTag: 'type:function',
              onlyDependOnLibsWithTags: ['scope:lib'],
              bannedExternalImports: ['@pulumi/*'],
            },
            { sourceTag: 'scope:example', onlyDependOnLibsWithTags: ['scope:lib'] },
            {
              sourceTag: 'scope:tool',
              onlyDependOnLibsWithTags: ['scope:lib', 'scope:tool', 'name:infra'],
            },
          ],
        },
      ],
    },
  },
  {
    // The simulated services know nothing of the program that configures them.
    files: ['tools/local/src/{services,shared,resources}/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['@pulumi/*'] }] },
  },
  { files: ['tools/**/*.ts', 'apps/infra/**/*.ts'], rules: { 'no-console': 'off' } },
  prettier,
);
