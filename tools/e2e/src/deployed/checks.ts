import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DEAD_LETTER_ATTRIBUTES } from '@leaderboard/contracts';
import { MAX_ID_LENGTH } from '@leaderboard/contracts/ids';
import { createProducer } from '@leaderboard/producer-sdk';
import { LEDGER_TABLE, queryOf } from '@leaderboard/tables';
import type { DeployedStack } from './deployed-stack.ts';

export interface CheckContext {
  readonly stack: DeployedStack;
  /** Names what this run sends; letters and digits. */
  readonly runId: string;
  readonly startedAt: Date;
  /** Polls until there is a value. @throws Error that says what it waited for, when it takes too long. */
  until<T>(what: string, poll: () => Promise<T | undefined>): Promise<T>;
}

/** One property of a deployed stack that only a request can show. */
export interface Check {
  /** What holds. */
  readonly name: string;
  /** @throws CheckSkipped where it does not apply; any other Error where it does not hold. */
  run(context: CheckContext): Promise<void>;
}

/** A check that does not apply to the stack, with the reason. */
export class CheckSkipped extends Error {}

const GAME = 'e2e';
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * The checks in the order in which an update meets what they check. They leave players named `e2e-…` with a score of 0 behind, and no
 * messages.
 */
export const CHECKS: readonly Check[] = [
  {
    name: 'an update over SQS gets into the ledger',
    run: async (context) => {
      await sendBySdk(context, playerOf(context));
      await untilInLedger(context, playerOf(context));
    },
  },
  {
    name: 'its player gets a rank, which is exact',
    run: async (context) => {
      await untilRanked(context, playerOf(context));
    },
  },
  {
    name: `a player id of ${MAX_ID_LENGTH} characters passes the pipe`,
    run: async (context) => {
      const player = `${playerOf(context)}-`.padEnd(MAX_ID_LENGTH, 'x');
      await sendBySdk(context, player);
      await untilRanked(context, player);
    },
  },
  {
    name: 'an invalid message becomes a dead letter, with its reason',
    run: checkDeadLetter,
  },
  {
    name: 'the schedule takes a snapshot',
    run: async ({ stack, startedAt, until }) => {
      await until('a snapshot of the default board is newer than this run', async () => {
        const { status, body } = await getJson(
          apiUrl(stack, `/leaderboards/${stack.defaultBoard}/snapshots/LATEST`),
        );
        const asOf = status === 200 ? String(fieldOf(body, 'as_of')) : '';
        return new Date(asOf) >= startedAt ? asOf : undefined;
      });
    },
  },
  {
    name: 'POST /updates accepts an update with the key, and refuses one without',
    run: async (context) => {
      const { stack } = context;
      const url = intakeUrl(stack, '/updates');
      const player = `${playerOf(context)}-http`;
      const body = JSON.stringify({ player_id: player, game_id: GAME, score: 0 });
      const refused = await postJson(url, body, JSON_TYPE);
      expectStatus(refused, 403, 'without a key');
      const key = { 'x-api-key': stack.output('updates_api_key') };
      expectStatus(await postJson(url, body, { ...JSON_TYPE, ...key }), 202, 'with the key');
      await untilInLedger(context, player);
    },
  },
  {
    name: 'the gateway validates a body whatever its content type, and answers in JSON',
    run: async ({ stack }) => {
      const body = JSON.stringify({ amount: 'not a number' });
      for (const contentType of ['application/json', 'text/plain']) {
        const headers = { 'content-type': contentType };
        const response = await postJson(intakeUrl(stack, '/webhook'), body, headers);
        expectStatus(response, 400, `as ${contentType}`);
        expectField(response, 'error', 'Invalid body');
      }
    },
  },
  { name: 'a webhook is accepted once, and reaches its queue', run: checkWebhook },
  {
    name: 'both APIs describe themselves',
    run: async ({ stack }) => {
      for (const url of [apiUrl(stack, '/openapi.json'), intakeUrl(stack, '/openapi.json')]) {
        const response = await getJson(url);
        expectStatus(response, 200, url);
        if (fieldOf(response.body, 'openapi') === undefined) {
          throw new Error(`${url} is no OpenAPI document: ${response.text.slice(0, 200)}`);
        }
      }
    },
  },
  { name: 'the page is served, and may read the API that it names', run: checkPage },
  {
    name: 'the shared cache serves the API',
    run: async ({ stack }) => {
      const url = stack.outputIfAny('leaderboard_cached_url');
      if (url === undefined) throw new CheckSkipped('apiCache is none');
      expectStatus(await getJson(new URL('/leaderboards', url).href), 200, url);
    },
  },
];

/** Sends an invalid message only while nothing else is there: reading a dead letter hides it from others for minutes. */
async function checkDeadLetter(context: CheckContext): Promise<void> {
  const { stack, until } = context;
  const QueueUrl = stack.output('dlq_url');
  const { Attributes = {} } = await stack.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  const waiting = Number(Attributes['ApproximateNumberOfMessages']);
  if (waiting > 0) throw new CheckSkipped(`the dead-letter queue holds ${waiting} messages`);
  const group = `${playerOf(context)}-invalid`;
  await stack.sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.output('main_queue_url'),
      MessageBody: JSON.stringify({ player_id: group }),
      MessageGroupId: group,
      MessageDeduplicationId: group,
    }),
  );
  const letter = await until('the message is in the dead-letter queue', () =>
    takeMessage(stack, QueueUrl, ({ Body = '' }) => Body.includes(group)),
  );
  const reason = letter.MessageAttributes?.[DEAD_LETTER_ATTRIBUTES.errorType]?.StringValue;
  if (reason !== 'InvalidMessage') {
    throw new Error(`The dead letter has the reason ${String(reason)}, not InvalidMessage.`);
  }
}

async function checkWebhook({ stack, runId, startedAt, until }: CheckContext): Promise<void> {
  const url = intakeUrl(stack, '/webhook');
  const body = JSON.stringify({
    event_id: `e2e-${runId}`,
    transaction_type: 'dispute',
    amount: 0,
    timestamp: startedAt.toISOString(),
  });
  const accepted = await postJson(url, body, JSON_TYPE);
  if (accepted.status === 401) throw new CheckSkipped('the stack takes signed webhooks only');
  expectStatus(accepted, 200, 'the first time');
  expectStatus(await postJson(url, body, JSON_TYPE), 409, 'the second time');
  await until('the event is in the queue of disputes', () =>
    takeMessage(stack, stack.output('disputes_queue_url'), ({ Body = '' }) =>
      Body.includes(`e2e-${runId}`),
    ),
  );
}

async function checkPage({ stack }: CheckContext): Promise<void> {
  const page = stack.outputIfAny('dashboard_url');
  if (page === undefined) throw new CheckSkipped('dashboard is none');
  const { status, headers } = await fetch(page);
  if (status !== 200 || headers.get('content-security-policy') === null) {
    throw new Error(`${page} gave ${status}, with a Content-Security-Policy expected.`);
  }
  const { body: config } = await getJson(new URL('/config.json', page).href);
  const api = String(fieldOf(config, 'api_url'));
  const { origin } = new URL(page);
  const response = await fetch(new URL('/leaderboards', api), { headers: { origin } });
  const allowed = response.headers.get('access-control-allow-origin');
  if (response.status !== 200 || allowed !== origin) {
    throw new Error(
      `${api} gave ${response.status} and allows ${String(allowed)} to read, not ${origin}.`,
    );
  }
}

function playerOf({ runId }: CheckContext): string {
  return `e2e-${runId}`;
}

async function sendBySdk({ stack, runId }: CheckContext, player: string): Promise<void> {
  const producer = createProducer({
    queueUrl: stack.output('main_queue_url'),
    client: stack.sqs,
  });
  try {
    const update = { player_id: player, event_id: runId, game_id: GAME, score: 0 };
    await producer.sendLeaderboardUpdate(update);
  } finally {
    await producer.close();
  }
}

async function untilInLedger({ stack, until }: CheckContext, player: string): Promise<void> {
  await until(`an update of ${player} is in the ledger`, async () => {
    const { Items = [] } = await stack.dynamodb.send(
      new QueryCommand({
        TableName: stack.output('dynamodb_table_name'),
        ...queryOf(LEDGER_TABLE, player),
        ConsistentRead: true,
      }),
    );
    return Items[0];
  });
}

async function untilRanked({ stack, until }: CheckContext, player: string): Promise<void> {
  await until(`${player} has an exact rank`, async () => {
    const { status, body } = await getJson(
      apiUrl(stack, `/leaderboards/${stack.defaultBoard}/players/${player}`),
    );
    return status === 200 && fieldOf(body, 'exact') === true ? body : undefined;
  });
}

/** Receives messages and deletes the one that is looked for. */
async function takeMessage(
  { sqs }: DeployedStack,
  QueueUrl: string,
  isWanted: (message: Message) => boolean,
): Promise<Message | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
    }),
  );
  const wanted = Messages.find(isWanted);
  if (wanted !== undefined) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: wanted.ReceiptHandle }));
  }
  return wanted;
}

interface JsonResponse {
  status: number;
  text: string;
  /** Undefined for what is not JSON. */
  body: unknown;
}

async function getJson(url: string): Promise<JsonResponse> {
  return read(await fetch(url));
}

async function postJson(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<JsonResponse> {
  return read(await fetch(url, { method: 'POST', body, headers }));
}

async function read(response: Response): Promise<JsonResponse> {
  const text = await response.text();
  try {
    return { status: response.status, text, body: JSON.parse(text) as unknown };
  } catch {
    return { status: response.status, text, body: undefined };
  }
}

function expectStatus({ status, text }: JsonResponse, expected: number, when: string): void {
  if (status === expected) return;
  throw new Error(`${expected} was expected ${when}, not ${status}: ${text.slice(0, 200)}`);
}

function expectField({ body, text }: JsonResponse, field: string, expected: string): void {
  if (fieldOf(body, field) === expected) return;
  throw new Error(`${field} was expected to be "${expected}": ${text.slice(0, 200)}`);
}

function fieldOf(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null ? Object(body)[field] : undefined;
}

function apiUrl(stack: DeployedStack, route: string): string {
  return new URL(route, stack.output('leaderboard_url')).href;
}

function intakeUrl(stack: DeployedStack, route: string): string {
  return `${stack.output('api_endpoint')}${route}`;
}
