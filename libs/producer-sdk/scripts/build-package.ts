/**
 * Builds the published package: ESM, CJS, their types, and its own package.json. The manifest in the project folder points
 * at sources and is private, so that only the built package can be published.
 *
 *   node libs/producer-sdk/scripts/build-package.ts [output folder, default dist]
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const projectFolder = path.resolve(import.meta.dirname, '..');
const workspaceFolder = path.resolve(projectFolder, '../..');
const outputFolder = path.resolve(process.argv[2] ?? path.join(projectFolder, 'dist'));
const entryPoint = path.join(projectFolder, 'src/index.ts');

/** The fields of the workspace manifest that the published one has too. */
interface Manifest {
  name: string;
  version: string;
  description: string;
  keywords: string[];
  license: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
}

const manifest = JSON.parse(
  readFileSync(path.join(projectFolder, 'package.json'), 'utf8'),
) as Manifest;
const external = Object.keys(manifest.dependencies);

async function bundleCode(format: 'esm' | 'cjs', file: string): Promise<void> {
  await build({
    entryPoints: [entryPoint],
    outfile: path.join(outputFolder, file),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    external,
    sourcemap: true,
    logLevel: 'warning',
  });
}

async function bundleTypes(): Promise<void> {
  const bundle = await rollup({
    input: entryPoint,
    external,
    plugins: [
      dts({
        tsconfig: path.join(projectFolder, 'tsconfig.json'),
        includeExternal: ['@leaderboard/contracts'],
      }),
    ],
  });
  for (const file of ['index.d.ts', 'index.d.cts']) {
    await bundle.write({ file: path.join(outputFolder, file), format: 'es' });
  }
  await bundle.close();
}

function writeManifest(): void {
  const { name, version, description, keywords, license, engines, dependencies } = manifest;
  const published = {
    name,
    version,
    description,
    keywords,
    license,
    engines,
    type: 'module',
    sideEffects: false,
    main: './index.cjs',
    types: './index.d.ts',
    exports: {
      '.': {
        import: { types: './index.d.ts', default: './index.js' },
        require: { types: './index.d.cts', default: './index.cjs' },
      },
      './package.json': './package.json',
    },
    files: ['index.*', 'CHANGELOG.md'],
    dependencies,
    ...repository(process.env),
    publishConfig: { access: 'public', provenance: true },
  };
  writeFileSync(
    path.join(outputFolder, 'package.json'),
    `${JSON.stringify(published, undefined, 2)}\n`,
  );
}

/**
 * npm checks the provenance of a package against its `repository`, so this is the repository whose GitHub workflow builds the
 * package. Outside of a workflow it is unknown, and omitted.
 */
function repository({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name }: NodeJS.ProcessEnv) {
  if (server === undefined || name === undefined) return {};
  const url = `git+${server}/${name}.git`;
  return { repository: { type: 'git', url, directory: 'libs/producer-sdk' } };
}

function copyDocuments(): void {
  const documents = [
    path.join(projectFolder, 'README.md'),
    path.join(projectFolder, 'CHANGELOG.md'),
    path.join(workspaceFolder, 'LICENSE'),
  ];
  for (const document of documents.filter((file) => existsSync(file))) {
    copyFileSync(document, path.join(outputFolder, path.basename(document)));
  }
}

function printSizes(): void {
  for (const file of ['index.js', 'index.cjs', 'index.d.ts']) {
    const content = readFileSync(path.join(outputFolder, file));
    const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
    process.stdout.write(
      `${file.padEnd(12)} ${kilobytes(content.length)} (${kilobytes(gzipSync(content).length)} gzipped)\n`,
    );
  }
}

rmSync(outputFolder, { recursive: true, force: true });
mkdirSync(outputFolder, { recursive: true });
await Promise.all([bundleCode('esm', 'index.js'), bundleCode('cjs', 'index.cjs'), bundleTypes()]);
writeManifest();
copyDocuments();
printSizes();
