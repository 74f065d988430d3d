import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as sqs from '@aws-sdk/client-sqs';
import { search } from '@aws-lambda-powertools/jmespath';

// In the place of the AWS CLI for the commands in the documents: the same options, sent with the AWS SDK. The CLI is a program of its
// own, not an npm package; this knows the options that the documents use, and fails for any other.

/** How the text of an option is read; by itself it is the value. */
const OPTIONS: Readonly<Record<string, 'text' | 'number' | 'list' | 'json' | 'flag'>> = {
  'attribute-names': 'list',
  'consistent-read': 'flag',
  'destination-arn': 'text',
  'expression-attribute-values': 'json',
  'filter-expression': 'text',
  'index-name': 'text',
  key: 'json',
  'key-condition-expression': 'text',
  'max-number-of-messages': 'number',
  'max-number-of-messages-per-second': 'number',
  'message-attribute-names': 'list',
  'message-body': 'text',
  'message-deduplication-id': 'text',
  'message-group-id': 'text',
  'message-system-attribute-names': 'list',
  'queue-name': 'text',
  'queue-url': 'text',
  'receipt-handle': 'text',
  select: 'text',
  'source-arn': 'text',
  'table-name': 'text',
  'visibility-timeout': 'number',
  'wait-time-seconds': 'number',
};

/** What `--query` searches. */
type Searched = Parameters<typeof search>[1];

interface Sender {
  send(command: unknown): Promise<object>;
}

const SERVICES: Readonly<Record<string, { client: () => Sender; commands: object }>> = {
  dynamodb: { client: () => new dynamodb.DynamoDBClient({}) as Sender, commands: dynamodb },
  sqs: { client: () => new sqs.SQSClient({}) as Sender, commands: sqs },
};

/** `aws sqs receive-message --queue-url … --query 'Messages[].Body' --output text`. @returns what the CLI prints */
async function awsCommand([service = '', operation = '', ...options]: readonly string[]) {
  const { client, commands } = SERVICES[service] ?? fail(`no service ${service}`);
  const { query, output, ...input } = readOptions(options);
  const commandOf = (commands as Record<string, new (input: object) => unknown>)[
    `${pascalCase(operation)}Command`
  ];
  if (commandOf === undefined) fail(`no operation ${service} ${operation}`);
  const answer = await client().send(new commandOf(input));
  // What the SDK adds about the request, the CLI does not print.
  Reflect.deleteProperty(answer, '$metadata');
  const found = query === undefined ? answer : search(String(query), answer as Searched);
  if (output === 'text' && typeof found === 'object') fail(`${String(query)} is not one text`);
  return output === 'text' ? String(found) : JSON.stringify(found, undefined, 4);
}

function readOptions(words: readonly string[]): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (let index = 0; index < words.length;) {
    const name = (words[index] ?? '').replace(/^--/, '');
    const end = words.findIndex((word, at) => at > index && word.startsWith('--'));
    const values = words.slice(index + 1, end < 0 ? undefined : end);
    index += 1 + values.length;
    if (name === 'query' || name === 'output') given[name] = values[0];
    else given[pascalCase(name)] = valueOf(name, values);
  }
  return given;
}

function valueOf(name: string, values: readonly string[]): unknown {
  const kind = OPTIONS[name] ?? fail(`no option --${name}`);
  if (kind === 'list') return values;
  if (kind === 'flag') return values.length === 0 || fail(`--${name} has no value`);
  const [value] =
    values.length === 1 ? values : fail(`--${name} has one value, not ${values.length}`);
  if (kind === 'number') return Number(value);
  return kind === 'json' ? JSON.parse(value ?? '') : value;
}

function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function fail(problem: string): never {
  throw new Error(`aws: ${problem}`);
}

console.log(await awsCommand(process.argv.slice(2)));
