import { MAX_JSON_DEPTH, MAX_UPDATES_PER_REQUEST } from '@leaderboard/contracts';
import { MAX_WEBHOOK_BYTES } from '../events/webhook-body.ts';
import { SIGNATURE_HEADER, SIGNATURE_TOLERANCE_SECONDS } from '../validator/signature.ts';
import { MAX_UPDATES_BYTES } from '../updates/accept-updates.ts';
import { IDEMPOTENCY_HEADER } from '../updates/idempotency-keys.ts';
import { ref, schemas } from './schemas.ts';

type Headers = Record<string, { description: string; schema: { type: string } }>;

const RETRY_AFTER: Headers = {
  'Retry-After': {
    description: 'Seconds after which to send the request again',
    schema: { type: 'integer' },
  },
};

function json(description: string, schema: object, headers?: Headers) {
  return { description, ...(headers && { headers }), content: { 'application/json': { schema } } };
}

const error = (description: string, headers?: Headers) => json(description, ref('Error'), headers);

const webhook = {
  post: {
    operationId: 'receiveWebhook',
    summary: 'Accept one payment, refund or dispute',
    description: `The event is stored before the response, and delivered to the queue of its type at least once. A body has at most ${MAX_WEBHOOK_BYTES} bytes and ${MAX_JSON_DEPTH} levels, no duplicate key in an object, and no number that a double cannot hold (send a 64-bit id as a string). Its content type does not matter.`,
    parameters: [
      {
        name: SIGNATURE_HEADER,
        in: 'header',
        required: false,
        description: `t=<seconds since 1970>,v1=<hex HMAC-SHA-256 of "<t>.<raw body>">, at most ${SIGNATURE_TOLERANCE_SECONDS} s old. Required where a secret is configured.`,
        schema: { type: 'string' },
      },
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: ref('WebhookEvent'),
          example: {
            event_id: 'evt_1001',
            transaction_type: 'payment',
            amount: 49.99,
            timestamp: '2026-11-21T09:30:00Z',
          },
        },
      },
    },
    responses: {
      200: json('The event is stored and will be delivered', ref('WebhookAccepted')),
      400: error('A field is missing or wrong, or the body is not strict JSON'),
      401: error('The signature is missing, wrong or too old'),
      409: error(
        'An event with this event_id was accepted before; with a reason if its body was different',
      ),
      413: error('The body is too large'),
      429: error('The throttle is exceeded; send the request again later', RETRY_AFTER),
      503: error('Nothing is stored; send the request again', RETRY_AFTER),
    },
  },
};

const updates = {
  post: {
    operationId: 'sendUpdates',
    summary: `Send one leaderboard update, or an array of up to ${MAX_UPDATES_PER_REQUEST}`,
    description: `Each update is validated and sent independently. Without an event_id every request is a new update: if a request may be repeated, send an event_id and occurred_at, or an ${IDEMPOTENCY_HEADER}. A body has at most ${MAX_UPDATES_BYTES} bytes.`,
    security: [{ apiKey: [] }],
    parameters: [
      {
        name: IDEMPOTENCY_HEADER,
        in: 'header',
        required: false,
        description:
          'Makes it safe to repeat the whole request: updates without event_id or occurred_at get the same ones each time.',
        schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-+\\--~]+$' },
      },
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: ref('UpdatesRequest'),
          example: [
            { player_id: 'player-7', game_id: 'chess', score: 1250 },
            { player_id: 'player-8', game_id: 'chess', score: 1190, event_id: 'match-991' },
          ],
        },
      },
    },
    responses: {
      202: json('All updates are on the queue', ref('UpdateResults')),
      207: json('Some updates are on the queue', ref('UpdateResults')),
      400: json('No update is valid, or the body is not strict JSON', {
        oneOf: [ref('UpdateResults'), ref('Error')],
      }),
      403: error('The API key is missing or unknown'),
      413: error('The body is too large'),
      422: error(`The ${IDEMPOTENCY_HEADER} was used with a different body; nothing was sent`),
      429: error('The throttle is exceeded; send the request again later', RETRY_AFTER),
      503: json(
        'No update was confirmed; send them again',
        { oneOf: [ref('UpdateResults'), ref('Error')] },
        RETRY_AFTER,
      ),
    },
  },
};

/** The API of the intake. `nx run intake:openapi` writes it to `openapi.json`. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Leaderboard intake',
    version: '1',
    description:
      'Payment webhooks, and leaderboard updates from any language. Every response is JSON and has the header X-Content-Type-Options: nosniff.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  paths: { '/webhook': webhook, '/updates': updates },
  components: {
    securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
    schemas,
  },
};
