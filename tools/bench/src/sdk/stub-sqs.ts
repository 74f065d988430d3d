import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What the stub has received since it was last asked. */
export interface Received {
  readonly requests: number;
  readonly messages: number;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

interface Request {
  readonly MessageBody?: string;
  readonly Entries?: readonly Entry[];
}

let received = { requests: 0, messages: 0 };
let sequence = 18_850_000_000_000_000_000n;

/** Answers like a FIFO queue that accepts everything, with the checksums that the AWS SDK verifies. */
const server = createServer((request, response) => {
  void json(request).then((asked) => {
    const { Entries, MessageBody } = asked as Request;
    received.requests += 1;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(Entries ? batch(Entries) : accept(MessageBody ?? '')));
  });
});

function batch(entries: readonly Entry[]) {
  return {
    Successful: entries.map(({ Id, MessageBody }) => ({ Id, ...accept(MessageBody) })),
    Failed: [],
  };
}

function accept(body: string) {
  received.messages += 1;
  sequence += 1n;
  return {
    MessageId: `message-${sequence}`,
    SequenceNumber: String(sequence),
    MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
  };
}

// The client keeps its connections for the whole run.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', () => {
  process.send?.(received);
  received = { requests: 0, messages: 0 };
});
process.on('disconnect', () => process.exit());
