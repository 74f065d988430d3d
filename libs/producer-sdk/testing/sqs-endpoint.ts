import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';

/** A message that the endpoint accepted, and when by its own clock, in ms since 1970. */
export interface ReceivedMessage {
  body: string;
  sentTimestamp: number;
}

export interface SqsEndpoint extends AsyncDisposable {
  endpoint: string;
  queueUrl: string;
  received: ReceivedMessage[];
  /** The access key id of every request that carried updates, in order. */
  accessKeyIds: string[];
}

/**
 * An HTTP endpoint of SQS for the AWS SDK's client. The test sets its clock and which access key ids it rejects.
 *
 * @param errorFor the name of the error for a request signed with this access key id, if it is rejected
 * @param errorStatus the HTTP status of that error
 */
export async function startSqsEndpoint({
  clockAheadMs = 0,
  errorFor = () => undefined,
  errorStatus = 403,
}: {
  clockAheadMs?: number;
  errorFor?: (accessKeyId: string) => string | undefined;
  errorStatus?: number;
} = {}): Promise<SqsEndpoint> {
  const received: ReceivedMessage[] = [];
  const accessKeyIds: string[] = [];
  const now = () => Date.now() + clockAheadMs;

  async function respond(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const reject = (status: number, name: string) => ({
      status,
      body: { __type: `com.amazonaws.sqs#${name}`, message: `${name} happened` },
    });
    const { Entries } = JSON.parse(await text(request)) as {
      Entries: SendMessageBatchRequestEntry[];
    };
    if (Entries.length === 0) return reject(400, 'EmptyBatchRequest');
    const accessKeyId = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    accessKeyIds.push(accessKeyId);
    const errorName = errorFor(accessKeyId);
    if (errorName !== undefined) return reject(errorStatus, errorName);
    const Successful = Entries.map(({ Id, MessageBody = '' }) => {
      const position = received.push({ body: MessageBody, sentTimestamp: now() });
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
      return { Id, MessageId: `m-${position}`, SequenceNumber: String(position), MD5OfMessageBody };
    });
    return { status: 200, body: { Successful, Failed: [] } };
  }

  const server = createServer((request, response) => {
    void respond(request).then(({ status, body }) => {
      response.sendDate = false;
      response.writeHead(status, {
        date: new Date(now()).toUTCString(),
        'content-type': 'application/x-amz-json-1.0',
      });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    queueUrl: `${endpoint}/123456789012/leaderboard-updates-test.fifo`,
    received,
    accessKeyIds,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
