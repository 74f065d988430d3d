import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Engine } from '../engines/engine.ts';
import { startHttpServer, type HttpResponse } from '../../shared/loopback-server.ts';

/** The secrets of the stack, by ARN or name: the program does not declare them, because their values must stay secret. */
export type Secrets = ReadonlyMap<string, string>;

/** Secrets Manager with its one operation on the local stack, `GetSecretValue`. */
export async function startSecretsApi(secrets: Secrets): Promise<Engine> {
  const server = await startHttpServer((incoming, body) => respond(incoming, body, secrets));
  return { ...server, external: false };
}

function respond(incoming: IncomingMessage, body: Buffer, secrets: Secrets): HttpResponse {
  const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
  if (operation !== 'GetSecretValue') {
    return failure(
      'UnknownOperationException',
      'The local stack has only the operation GetSecretValue.',
    );
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
