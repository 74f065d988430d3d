import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { StackDescription } from '@leaderboard/local';

const INFRA_COMMANDS = path.resolve(
  import.meta.dirname,
  '../../../../apps/infra/src/commands/infra.ts',
);

/** Where a stack runs: its outputs, and its endpoints if it is a local one. */
export type StackAddresses = Pick<StackDescription, 'region' | 'outputs'> & {
  readonly endpoints?: StackDescription['endpoints'];
};

/** The outputs of a stack on AWS. @throws Error with what the command printed to stderr */
export async function addressesOnAws(stack: string): Promise<StackAddresses> {
  const args = [INFRA_COMMANDS, 'outputs', '--stack', stack, '--json', '--show-secrets'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const outputs = JSON.parse(stdout) as StackAddresses['outputs'];
  const [, region] = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(String(outputs['main_queue_url'])) ?? [];
  if (region === undefined) {
    throw new Error(
      `Stack ${stack} has no queue: ${stdout.trim()}. Deploy it first: npx nx run infra:up --stack ${stack}`,
    );
  }
  return { region, outputs };
}

/** The addresses in the file that a local stack writes, `.local/stack.json`. */
export async function addressesInFile(file: string): Promise<StackAddresses> {
  return JSON.parse(await readFile(file, 'utf8')) as StackAddresses;
}

/** A deployed stack, on AWS or on this machine, with what is needed to look into it. */
export class DeployedStack {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly #outputs: StackAddresses['outputs'];

  constructor({ region, outputs, endpoints }: StackAddresses) {
    // The engines of a local stack accept any credentials.
    const clientFor = (endpoint: string | undefined) => ({
      region,
      ...(endpoint !== undefined && {
        endpoint,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
    });
    this.sqs = new SQSClient(clientFor(endpoints?.sqs));
    this.dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(clientFor(endpoints?.dynamodb)));
    this.#outputs = outputs;
  }

  /** @throws Error when the stack has no such output. */
  output(name: string): string {
    const value = this.outputIfAny(name);
    if (value === undefined) throw new Error(`The stack has no output ${name}.`);
    return value;
  }

  outputIfAny(name: string): string | undefined {
    const value = this.#outputs[name];
    return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
  }

  get defaultBoard(): string {
    const definitions = JSON.parse(this.output('board_definitions')) as { default_board: string };
    return definitions.default_board;
  }

  close(): void {
    this.sqs.destroy();
    this.dynamodb.destroy();
  }
}
