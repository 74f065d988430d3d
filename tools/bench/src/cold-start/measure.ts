import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { on, once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { atMost, median, type Report } from '../report.ts';
import { emptyFunction, largestPackages } from './bundling.ts';
import { environmentOf, FUNCTIONS } from './functions.ts';

export interface ColdStartBench {
  /** Cold starts of each function. */
  readonly rounds: number;
}

type Environment = Readonly<Record<string, string>>;

/**
 * The time from the start of a new process to the first response of each function, as it is deployed, beside a function that
 * only imports an AWS client. In each round every function starts once.
 */
export async function measureColdStarts({ rounds }: ColdStartBench): Promise<Report> {
  await using folder = await temporaryFolder();
  const empty = path.join(folder.path, 'index.mjs');
  await writeFile(empty, await emptyFunction());
  await using aws = await emptyAws();
  const environment = environmentOf(aws.endpoint);

  const contenders = [{ name: 'empty', bundle: empty, event: {} }, ...FUNCTIONS];
  const times = new Map<string, ColdStart[]>(contenders.map(({ name }) => [name, []]));
  // The first round fills the file cache.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, bundle, event } of contenders) {
      const measured = await coldStart(bundle, event, environment);
      if (round > 0) times.get(name)?.push(measured);
    }
  }

  const of = (name: string, key: keyof ColdStart) =>
    (times.get(name) ?? []).map((measured) => measured[key]);
  const ratio = (name: string, key: keyof ColdStart) => {
    const baseline = of('empty', key);
    return median(of(name, key).map((ms, round) => ms / (baseline[round] ?? NaN)));
  };
  const sources = new Map(FUNCTIONS.map(({ name, source }) => [name, source]));
  const rows = await Promise.all(
    contenders.map(async ({ name, bundle }) => {
      const source = sources.get(name);
      return [
        name,
        Math.round((await stat(bundle)).size / 1_000),
        Math.round(median(of(name, 'loadedMs'))),
        ratio(name, 'loadedMs'),
        Math.round(median(of(name, 'respondedMs'))),
        ratio(name, 'respondedMs'),
        source === undefined ? '' : await largestPackages(source, 4),
      ];
    }),
  );
  return {
    title: `New process to first response, median of ${rounds}`,
    columns: [
      'function',
      'kB',
      'ms loaded',
      'times',
      'ms responded',
      'times empty',
      'packages, kB',
    ],
    rows,
    goals: FUNCTIONS.map(({ name }) =>
      atMost(name, 1.3, 'times empty', ratio(name, 'respondedMs')),
    ),
  };
}

/** In ms from the start of the process. */
interface ColdStart {
  readonly loadedMs: number;
  readonly respondedMs: number;
}

async function coldStart(
  bundle: string,
  event: unknown,
  environment: Environment,
): Promise<ColdStart> {
  const script = `
    const { handler } = await import(${JSON.stringify(bundle)});
    process.send('loaded');
    const context = { getRemainingTimeInMillis: () => 30_000, awsRequestId: 'bench', functionName: 'bench' };
    const response = await handler(${JSON.stringify(event)}, context).catch((error) => ({ error: String(error) }));
    process.send(response ?? null);
    process.disconnect();`;
  const start = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: path.parse(bundle).root,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (part: Buffer) => (errors += part.toString()));
  const exit = once(child, 'exit');
  const messages = on(child, 'message', { close: ['exit'] });
  const next = async () => {
    const { value } = (await messages.next()) as { value?: [unknown] };
    const [message] = value ?? [];
    if (message === undefined || (typeof message === 'object' && message && 'error' in message)) {
      throw new Error(`${bundle} did not respond: ${errors || JSON.stringify(message)}`);
    }
    return performance.now() - start;
  };
  const loadedMs = await next();
  const respondedMs = await next();
  await exit;
  return { loadedMs, respondedMs };
}

/** Answers as DynamoDB does where there is nothing, and as SQS does for a message. */
async function emptyAws() {
  const server = createServer((request, response) => {
    void json(request).then((asked) => {
      const { MessageBody } = asked as { MessageBody?: string };
      const MD5OfMessageBody = MessageBody && createHash('md5').update(MessageBody).digest('hex');
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify({ MD5OfMessageBody }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'cold-start-'));
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
