import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Engine } from '../engines/engine.ts';
import { startHttpServer, type HttpResponse } from '../../shared/loopback-server.ts';

/** The secrets of the stack: what the program does not declare, because its value is nobody's business but its owner's. */
export type Secrets = ReadonlyMap<string, string>;

/** The operation `GetSecretValue` of Secrets Manager; the local stack has no other. */
export async function startSecretsApi(secrets: Secrets): Promise<Engine> {
  const server = await startHttpServer((incoming, body) => answer(incoming, body, secrets));
  return { ...server, external: false };
}

function answer(incoming: IncomingMessage, body: Buffer, secrets: Secrets): HttpResponse {
  const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
  if (operation !== 'GetSecretValue') {
    return failure('UnknownOperationException', 'The local stack has GetSecretValue only.');
  }
  const { SecretId: id = '' } = JSON.parse(body.toString()) as { SecretId?: string };
  const value = secrets.get(id);
  if (value === undefined) {
    return failure(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret. Start the stack with --secret "${id}=<value>".`,
    );
  }
  const version = createHash('sha256').update(value).digest('hex').slice(0, 32);
  return json(200, {
    ARN: id,
    Name: id.split(':').at(-1),
    SecretString: value,
    VersionId: version,
    VersionStages: ['AWSCURRENT'],
  });
}

function failure(type: string, message: string): HttpResponse {
  return json(400, { __type: type, message });
}

function json(status: number, body: object): HttpResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status, headers, body: JSON.stringify(body) };
}
