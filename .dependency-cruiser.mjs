// Which file may import which, over the whole repository: type imports, dynamic imports and tests included. That packages
// keep to their layer is in eslint.config.mjs.
import path from 'node:path';

/** What only tests use, or is a test. */
const TESTS = ['[.]spec[.]ts$', '(^|/)testing/', '^apps/dashboard/browser/', '^apps/infra/engine/'];

/** The lower folders of a project, each with the folders beside it that it may import. */
const FOLDERS = {
  'apps/infra/src/components': [],
  'apps/leaderboard-api/src/reads': [],
  'apps/standings/src/fold': [],
  'apps/standings/src/storage': ['fold'],
  'tools/local/src/shared': [],
  'tools/local/src/services': ['shared'],
  'tools/local/src/resources': ['services', 'shared'],
};

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment:
        'Files that import each other, types alone or not, can only be understood together. Move what both need to a file below them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-tests-in-production',
      comment: 'Only tests may import this: it is not part of what is deployed or published.',
      severity: 'error',
      from: { path: '^(apps|examples|libs)/', pathNot: [...TESTS, '(^|/)scripts/'] },
      to: { path: TESTS },
    },
    ...Object.entries(FOLDERS).map(([folder, below]) => {
      const project = path.posix.dirname(folder);
      const allowed = [path.posix.basename(folder), ...below].join('|');
      return {
        name: 'no-imports-upwards',
        comment: `${folder} may import ${below.join(' and ') || 'nothing else of its project'}.`,
        severity: 'error',
        from: { path: `^${folder}/`, pathNot: TESTS },
        to: { path: `^${project}/`, pathNot: `^${project}/(${allowed})/` },
      };
    }),
    {
      name: 'no-validators-in-the-page',
      comment:
        'The contracts bring their validators into the bundle of the page; import @leaderboard/contracts/ids or /read-headers.',
      severity: 'error',
      from: { path: '^apps/dashboard/src/', pathNot: TESTS },
      to: { path: '^libs/contracts/', pathNot: '^libs/contracts/src/(ids|read-headers)[.]ts$' },
    },
  ],
  options: {
    includeOnly: '^(apps|examples|libs|tools)/',
    exclude: { path: '(^|/)(dist|node_modules)/' },
    // As TypeScript sees them, so that type imports count.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@leaderboard/source', 'import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
