import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

interface NxConfig {
  readonly targetDefaults: Readonly<
    Record<string, { readonly options: NxOptions & { readonly esbuildOptions: BuildOptions } }>
  >;
}

interface NxOptions {
  readonly platform: 'node';
  readonly target: string;
  readonly minify: boolean;
}

/** Bundles as the build of the functions does, with the options of nx.json. */
async function bundle(options: BuildOptions): Promise<{ code: Uint8Array; metafile: Metafile }> {
  const nx = JSON.parse(await readFile(path.join(ROOT, 'nx.json'), 'utf8')) as NxConfig;
  const defaults = nx.targetDefaults['@nx/esbuild:esbuild']?.options;
  if (!defaults) throw new Error('nx.json has no defaults for the target @nx/esbuild:esbuild.');
  const { platform, target, minify, esbuildOptions } = defaults;
  const { outputFiles: [file] = [], metafile } = await build({
    ...esbuildOptions,
    platform,
    target,
    minify,
    absWorkingDir: ROOT,
    format: 'esm',
    bundle: true,
    write: false,
    metafile: true,
    logLevel: 'error',
    outdir: 'unwritten',
    ...options,
  });
  if (!file || !metafile) throw new Error('The bundler has written nothing.');
  return { code: file.contents, metafile };
}

/**
 * - `empty` does nothing but import the client of DynamoDB: what a cold start costs at least.
 * - `empty, one read` reads one item besides: what the first request to AWS costs at least.
 */
export const BASELINES = {
  empty: `
    import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({ maxAttempts: 1 });
    export const handler = async () => ({ region: typeof client.config.region });`,
  'empty, one read': `
    import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({ maxAttempts: 1 });
    const read = new GetItemCommand({ TableName: 'ledger', Key: { player_id: { S: 'player-1' } } });
    export const handler = () => client.send(read);`,
} as const;

/** Bundles a function of a few lines as the functions are. */
export async function bundleOf(contents: string): Promise<Uint8Array> {
  const { code } = await bundle({ stdin: { contents, resolveDir: ROOT, loader: 'js' } });
  return code;
}

/**
 * The packages that take most of a bundle, largest first, each with its share in kB.
 *
 * @param source of the function, relative to the root of the repository
 */
export async function largestPackages(source: string, count: number): Promise<string> {
  const { metafile } = await bundle({ entryPoints: [source] });
  const sizes = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(file);
      sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...sizes]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, bytes]) => `${name} ${Math.round(bytes / 1_000)}`)
    .join(', ');
}

function packageOf(file: string): string {
  const [, installed] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  return installed ?? file.split('/').slice(0, 2).join('/');
}
