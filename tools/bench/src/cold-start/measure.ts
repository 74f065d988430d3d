import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { on, once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import type { Progress } from '../bench-command.ts';
import { atMost, median, type Report } from '../report.ts';
import { BASELINES, bundleOf, largestPackages } from './bundling.ts';
import { environmentOf, FUNCTIONS } from './functions.ts';

export interface ColdStartBench {
  /** Cold starts of each function. */
  readonly rounds: number;
}

const MAPS_OF_NODE = '--enable-source-maps';

type Environment = Readonly<Record<string, string>>;

/**
 * The time from the start of a new process to the first response of each function, as it is deployed, beside a function that
 * only imports an AWS client, and one that makes a request with it. In each round every function starts once.
 */
export async function measureColdStarts(
  { rounds }: ColdStartBench,
  progress?: Progress,
): Promise<Report> {
  await using folder = await temporaryFolder();
  await using aws = await emptyAws();
  const environment = environmentOf(aws.endpoint);

  const baselines = await Promise.all(
    Object.entries(BASELINES).map(async ([name, contents], index) => {
      const bundle = path.join(folder.path, `${index}.mjs`);
      await writeFile(bundle, await bundleOf(contents));
      return { name, bundle, event: {} };
    }),
  );
  const [processor] = FUNCTIONS;
  // What a function would take with the source maps of Node, which are read before any error.
  const mapped = { ...processor, name: `processor, ${MAPS_OF_NODE}` };
  const contenders = [...baselines, ...FUNCTIONS, mapped];
  const measured = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  // The first round fills the file cache.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, bundle, event } of contenders) {
      const options = name === mapped.name ? { NODE_OPTIONS: MAPS_OF_NODE } : {};
      const before = aws.requests();
      const times = await coldStart(bundle, event, { ...environment, ...options });
      const requests = aws.requests() - before;
      if (round > 0) measured.get(name)?.push({ ...times, requests });
    }
    progress?.(round + 1, rounds + 1);
  }

  const of = (name: string, key: keyof Measured) =>
    (measured.get(name) ?? []).map((each) => each[key]);
  const ratio = (name: string, key: keyof Measured) => {
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
        median(of(name, 'requests')),
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
      'requests',
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

interface Measured extends ColdStart {
  /** To AWS, before the first response. */
  readonly requests: number;
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
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
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
    requests: () => requests,
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
