import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { useIntakeStack, webhookEvent } from './stacks/intake-stack.ts';

const README = path.resolve(import.meta.dirname, '../../../apps/intake/README.md');
const SECRET_ARN = 'arn:aws:secretsmanager:us-west-1:000000000000:secret:webhooks-a1B2c3';
const SECRET = 'the-secret-of-the-examples';

/** A command of the README, with the response that the line below it promises. */
interface Example {
  command: string;
  status: number;
  body: string;
}

async function examples(): Promise<Example[]> {
  const blocks = (await readFile(README, 'utf8')).matchAll(/^```sh\n(.*?)^```$/gms);
  return [...blocks].flatMap(([, block = '']) => {
    const promised = /^(?<command>.*curl .*?)^# (?<status>\d{3}) (?<body>.*)$/ms.exec(
      block,
    )?.groups;
    if (promised === undefined) return [];
    const { command = '', status, body = '' } = promised;
    return [{ command, status: Number(status), body: body.trim() }];
  });
}

/** Runs a command as it is written; a .curlrc makes curl print the status too. */
async function run(command: string, environment: Record<string, string>) {
  const home = await mkdtemp(path.join(tmpdir(), 'readme-'));
  try {
    await writeFile(
      path.join(home, '.curlrc'),
      'silent\nshow-error\nwrite-out = "\\n%{http_code}"\n',
    );
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command], {
      env: { PATH: process.env['PATH'], CURL_HOME: home, ...environment },
    });
    const [body = '', status] = stdout.split('\n');
    return { status: Number(status), body };
  } finally {
    await rm(home, { recursive: true });
  }
}

describe('the curl examples of the README', () => {
  const open = useIntakeStack();
  const signed = useIntakeStack({
    config: { webhookSecretArn: SECRET_ARN },
    args: ['--secret', `${SECRET_ARN}=${SECRET}`],
  });

  test('return what the lines below them promise', async () => {
    const found = await examples();
    expect(found.map(({ status }) => status)).toEqual([200, 200, 202]);
    for (const { command, status, body } of found) {
      const { stack } = command.includes('$SECRET') ? signed : open;
      const event = webhookEvent();
      const response = await run(command, {
        API_ENDPOINT: stack.output('api_endpoint'),
        API_KEY: stack.output('updates_api_key'),
        SECRET,
        BODY: JSON.stringify(event),
      });
      expect(response.status).toBe(status);
      expect(response.body).toMatch(patternOf(body));
    }
  });
});

/** The promised body to the letter, but for `…`, which stands for what differs each time. */
function patternOf(body: string): RegExp {
  return new RegExp(`^${body.split('…').map(escaped).join('.+')}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
