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
          // What all tests share belongs to no project.
          allow: ['^(\\.\\./)+(tools/)?workspace/testing\\.ts$'],
          banTransitiveDependencies: false,
          depConstraints: [
            {
              sourceTag: 'scope:lib',
              onlyDependOnLibsWithTags: ['scope:lib'],
              bannedExternalImports: ['@pulumi/*'],
            },
            { sourceTag: 'name:contracts', onlyDependOnLibsWithTags: ['name:none'] },
            { sourceTag: 'name:ranking', onlyDependOnLibsWithTags: ['name:none'] },
            { sourceTag: 'name:environment', onlyDependOnLibsWithTags: ['name:none'] },
            { sourceTag: 'name:function', onlyDependOnLibsWithTags: ['name:contracts'] },
            { sourceTag: 'name:dynamodb-engine', onlyDependOnLibsWithTags: ['name:none'] },
            { sourceTag: 'name:browser', onlyDependOnLibsWithTags: ['name:none'] },
            { sourceTag: 'name:producer-sdk', onlyDependOnLibsWithTags: ['name:contracts'] },
            {
              sourceTag: 'type:page',
              onlyDependOnLibsWithTags: ['name:browser'],
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
  { files: ['tools/**/*.ts', 'apps/infra/**/*.ts'], rules: { 'no-console': 'off' } },
  prettier,
);
