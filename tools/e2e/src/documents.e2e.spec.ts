import { beforeAll, describe, expect, test } from '@jest/globals';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { commandsOf, useShell, type ShellResult } from './documents/document.ts';
import { anUpdate } from './stacks/an-update.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

const RUNBOOK = 'docs/runbook.md';
const DEPLOY = 'docs/deploy.md';

/**
 * Somebody follows the documents on a stack with the local engines: each command is taken from the document as it is written. Left out
 * is what this stack cannot answer: it has no control API of Lambda, EventBridge or CloudWatch, and no backups. The commands that
 * deploy are followed by infra:engine-test.
 */
describe('following docs/deploy.md and docs/runbook.md', () => {
  const stack = useLeaderboardStack();
  const shell = useShell(() => ({
    ENV: 'dev',
    ACCOUNT: '000000000000',
    AWS_REGION: stack.description.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SQS: stack.endpoint('sqs'),
    AWS_ENDPOINT_URL_DYNAMODB: stack.endpoint('dynamodb'),
  }));

  /** The commands of a section that follow one another, where the first has these words. */
  async function commands(document: string, section: string, words: string): Promise<string> {
    const blocks = await commandsOf(document, section);
    const found = blocks.filter((block) => block.includes(words));
    expect({ section, words, blocks: found.length }).toEqual({ section, words, blocks: 1 });
    return found[0] ?? '';
  }

  async function follow(
    document: string,
    section: string,
    words: string,
    variables: Record<string, string> = {},
  ): Promise<ShellResult> {
    return succeeded(await shell().run(await commands(document, section, words), variables));
  }

  beforeAll(async () => {
    const [first = ''] = await commandsOf(RUNBOOK, 'Runbook');
    // The account and its credentials are those of the shell.
    shell().remember(first.replaceAll(/^export .*\n/gm, ''));
  });

  test('the first update arrives, sent by the load generator and by hand', async () => {
    const address = await commands(DEPLOY, 'Send the first update', 'get-queue-url');
    shell().remember(address.split('\n')[0] ?? '');
    succeeded(await shell().run(address));
    await follow(DEPLOY, 'Send the first update', 'send-message');
    await until('the one sent by hand is in the ledger', async () => {
      const { stdout } = await follow(DEPLOY, 'Send the first update', 'dynamodb query');
      const { Items } = JSON.parse(stdout) as { Items: object[] };
      return Items.length === 1;
    });
    expect((await stack.ledgerOf('ann')).map(({ score }) => score)).toEqual([1200]);
    const ledger = new ScanCommand({ TableName: stack.output('dynamodb_table_name') });
    await until(
      "the load generator's is there too",
      async () => (await stack.dynamodb.send(ledger)).Count === 2,
    );
  });

  test('a reused event id is looked up', async () => {
    const update = anUpdate({ player_id: 'ann', event_id: 'match-7' });
    await stack.producer.sendLeaderboardUpdate(update);
    await until('it is in the ledger', async () => (await stack.ledgerOf('ann')).length === 2);
    const { stdout } = await follow(RUNBOOK, 'An event id is reused', 'get-item');
    expect(stdout.match(/"match-7"/g)).toHaveLength(2);
  });

  test('a dead letter is read with its reason, and deleted', async () => {
    await stack.put({ ...anUpdate({ player_id: 'bob' }), score: 'many' }, 'bob');
    const read = async () => {
      const { stdout } = await follow(RUNBOOK, 'Read a dead-letter queue', 'receive-message');
      // The answer to the first command stands before it.
      const letters = JSON.parse(stdout.slice(stdout.indexOf('\n}\n') + 2)) as
        { receipt: string }[] | null;
      return letters ?? [];
    };
    let letters: { receipt: string }[] = [];
    await until('it is there', async () => (letters = await read()).length > 0);
    expect(letters).toMatchObject([
      { group: 'bob', type: 'InvalidMessage', reason: expect.stringContaining('score') },
    ]);
    const receipt = { RECEIPT: letters[0]?.receipt ?? '' };
    const [url = ''] = (await commands(RUNBOOK, 'Read a dead-letter queue', 'DLQ=')).split('\n');
    const deletion = await commands(RUNBOOK, 'Read a dead-letter queue', 'delete-message');
    succeeded(await shell().run(`${url}\n${deletion}`, receipt));
    expect(await stack.messagesIn('dlq_url')).toBe(0);
  });

  test('a corrected message is sent again, and arrives', async () => {
    const update = anUpdate({ player_id: 'bob', score: 7 });
    const variables = { BODY: JSON.stringify(update), PLAYER: 'bob' };
    await follow(RUNBOOK, 'Redrive', 'send-message', variables);
    await until('it is in the ledger', async () => (await stack.ledgerOf('bob')).length === 1);
  });

  test('dead letters are redriven: what is invalid returns, with its reason', async () => {
    await stack.put({ ...anUpdate({ player_id: 'cid' }), score: 'many' }, 'cid');
    await until('it is dead-lettered', async () => (await stack.messagesIn('dlq_url')) === 1);
    const task = await commands(RUNBOOK, 'Redrive', 'start-message-move-task');
    // A move has ended here when it has started.
    const { stdout } = succeeded(await shell().run(task.replace(/^aws sqs cancel-.*\n/m, '')));
    expect(stdout).toContain('"Status": "COMPLETED"');
    expect(stdout).toContain('"ApproximateNumberOfMessagesMoved": 1');
    await until('it is back', async () => (await stack.messagesIn('dlq_url')) === 1);
    expect(await stack.deadLettersOf('cid')).toMatchObject([{ errorType: 'InvalidMessage' }]);
  });

  test('holes, progress and unrouted events are looked up', async () => {
    const holes = await follow(
      RUNBOOK,
      'Updates were lost on their way to the standings',
      '#holes',
    );
    expect(JSON.parse(holes.stdout)).toMatchObject({ Items: [], Count: 0 });
    await until('a projector has recorded its progress', async () => {
      const { stdout } = await follow(RUNBOOK, 'Reads stay inexact', '#progress');
      return stdout.includes('lag_ms');
    });
    const unrouted = await follow(RUNBOOK, 'Accepted events do not reach their queue', 'unrouted');
    expect(JSON.parse(unrouted.stdout)).toMatchObject({ Count: 0 });
  });

  test('standings are compared with the ledger, and rebuilt; so are heads and markers', async () => {
    await until('the standings are those of the ledger', async () => {
      const check = (await commands(RUNBOOK, 'Rebuild', '--check')).replace(/^.*--resume.*$/m, '');
      return (await shell().run(check)).exitCode === 0;
    });
    await follow(RUNBOOK, 'Rebuild', '--resume');
    const restore = await commands(RUNBOOK, 'Restore a table', 'processor:rebuild');
    const rebuild = restore.replaceAll(/^(BACKUP=|aws ).*\n/gm, '');
    const { stdout } = succeeded(await shell().run(rebuild));
    expect(stdout).toContain('heads');
  });
});

function succeeded(result: ShellResult): ShellResult {
  expect(result).toMatchObject({ exitCode: 0 });
  return result;
}
