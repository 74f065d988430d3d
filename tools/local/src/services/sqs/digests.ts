import { createHash } from 'node:crypto';

import type { MessageAttribute } from './message-queue.ts';

const STRING = 1;
const BINARY = 2;

/** The digest with which SQS and its clients check a body. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The digest of message attributes ("Calculating the MD5 message digest for message attributes"). */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string {
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType = '', StringValue = '', BinaryValue = '' } = attributes[name] ?? {};
    const isBinary = DataType.startsWith('Binary');
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([isBinary ? BINARY : STRING]));
    add(isBinary ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue));
  }
  return hash.digest('hex');
}
