import { createHash } from 'node:crypto';

import type { EngineRequest, EngineResponse } from './engine.ts';

/**
 * SQS accepts characters beyond U+FFFF in a message, such as emoji; fauxqs rejects them. So the two surrogates of such a
 * character are sent as characters of the private use area, and converted back when they are received.
 */
export function withAllCharacters(
  dispatch: (request: EngineRequest) => Promise<EngineResponse>,
): (request: EngineRequest) => Promise<EngineResponse> {
  return async (request) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1);
    if (operation === 'ReceiveMessage') return decodeReceived(await dispatch(request));
    if (operation !== 'SendMessage' && operation !== 'SendMessageBatch') return dispatch(request);

    const sent = (parse(request.body) ?? {}) as Sent;
    const entries = (sent.Entries ?? [sent]).filter(
      ({ MessageBody: body }) =>
        // SQS rejects unpaired surrogates too.
        typeof body === 'string' && body.isWellFormed() && encode(body) !== body,
    );
    if (entries.length === 0) return dispatch(request);
    const digests = new Map(entries.map(({ Id, MessageBody: body = '' }) => [Id, md5(body)]));
    for (const entry of entries) entry.MessageBody = encode(entry.MessageBody ?? '');
    const body = Buffer.from(JSON.stringify(sent));
    const headers = { ...request.headers, 'content-length': String(body.length) };
    return mapJson(await dispatch({ ...request, headers, body }), (response: Accepted) => {
      for (const accepted of response.Successful ?? [response]) {
        const digest = digests.get(accepted.Id);
        if (accepted.MD5OfMessageBody !== undefined && digest !== undefined) {
          accepted.MD5OfMessageBody = digest;
        }
      }
    });
  };
}

interface SentEntry {
  Id?: string;
  MessageBody?: string;
}
interface Sent extends SentEntry {
  Entries?: SentEntry[];
}
interface AcceptedEntry {
  Id?: string;
  MD5OfMessageBody?: string;
}
interface Accepted extends AcceptedEntry {
  Successful?: AcceptedEntry[];
}
interface Received {
  Messages?: { Body?: string; MD5OfBody?: string }[];
}

/** Surrogates, U+D800 to U+DFFF, become U+E000 to U+E7FF. */
const OFFSET = 0x800;
/** Escapes a character of that range, or this mark, that the message itself contains. */
const MARK = '\uE800';
const ENCODED = /[\uE000-\uE800]/;

function encode(body: string): string {
  return body
    .replace(/[\uE000-\uE800]/g, (character) => MARK + character)
    .replace(/[\uD800-\uDFFF]/g, (surrogate) =>
      String.fromCharCode(surrogate.charCodeAt(0) + OFFSET),
    );
}

function decode(body: string): string {
  return body.replace(/\uE800([\uE000-\uE800])|[\uE000-\uE7FF]/g, (encoded, literal?: string) =>
    literal === undefined ? String.fromCharCode(encoded.charCodeAt(0) - OFFSET) : literal,
  );
}

function decodeReceived(response: EngineResponse): EngineResponse {
  // Most responses to polling have no message, and most messages no such character.
  if (!ENCODED.test(String(response.body))) return response;
  return mapJson(response, ({ Messages: messages = [] }: Received) => {
    for (const message of messages) {
      const body = decode(message.Body ?? '');
      if (body === message.Body) continue;
      message.Body = body;
      message.MD5OfBody = md5(body);
    }
  });
}

function mapJson<T extends object>(
  response: EngineResponse,
  change: (value: T) => void,
): EngineResponse {
  const value = Buffer.isBuffer(response.body) ? parse(response.body) : undefined;
  if (value === undefined) return response;
  change(value as T);
  const body = Buffer.from(JSON.stringify(value));
  return {
    ...response,
    headers: { ...response.headers, 'content-length': String(body.length) },
    body,
  };
}

/** @returns undefined for a body that is not JSON, such as an error in XML, which contains no message */
function parse(body: Buffer): object | undefined {
  try {
    return JSON.parse(body.toString()) as object;
  } catch {
    return undefined;
  }
}

/** The digest with which SQS and its clients check a body. */
function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
