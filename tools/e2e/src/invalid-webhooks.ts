import { expect } from '@jest/globals';
import { webhookEvent } from './stacks/intake-stack.ts';

/** What is wrong, the body, the status and the error of the response. */
export type InvalidWebhook = readonly [string, string, number, object];

const valid = JSON.stringify(webhookEvent());
const changed = (fields: Record<string, unknown>) =>
  JSON.stringify({ ...webhookEvent(), ...fields });
const because = (part: string) => ({
  error: 'Invalid body',
  reason: expect.stringContaining(part),
});
const REFUSED_BY_GATEWAY = because('GET /openapi.json');
const nested = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown;

/** Bodies of `POST /webhook` that get a 4xx, whether the gateway or the validator refuses them. */
export const INVALID_WEBHOOKS: readonly InvalidWebhook[] = [
  ...['event_id', 'transaction_type', 'amount', 'timestamp'].map((field): InvalidWebhook => [
    `no ${field}`,
    changed({ [field]: undefined }),
    400,
    { error: `Missing required field: ${field}` },
  ]),
  ['an unknown type', changed({ transaction_type: 'chargeback' }), 400, REFUSED_BY_GATEWAY],
  ['an event_id of a wrong type', changed({ event_id: 7 }), 400, REFUSED_BY_GATEWAY],
  ['an amount of a wrong type', changed({ amount: '12.50' }), 400, REFUSED_BY_GATEWAY],
  [
    'an amount with too many digits',
    changed({ amount: 0.1234567 }),
    400,
    { error: 'Invalid field: amount', field: 'amount' },
  ],
  [
    'a day that does not exist',
    changed({ timestamp: '2026-02-30T00:00:00Z' }),
    400,
    { error: 'Invalid field: timestamp', field: 'timestamp' },
  ],
  ['a body of 1 MB', changed({ note: 'x'.repeat(1_000_000) }), 413, { error: 'Body too large' }],
  ['an empty body', '', 400, because('empty')],
  ['a body that is not JSON', 'event_id=evt_1', 400, REFUSED_BY_GATEWAY],
  [
    'a key twice',
    `{"event_id":"twice",${valid.slice(1)}`,
    400,
    because('"event_id" appears twice'),
  ],
  [
    'a number that a double cannot hold',
    `{"order":{"id":9007199254740993},${valid.slice(1)}`,
    400,
    {
      error: 'Invalid field: order/id',
      field: 'order/id',
      reason: expect.stringContaining('9007199254740993'),
    },
  ],
  ['deep nesting', changed({ deep: nested }), 400, because('nests deeper')],
  ['an array', `[${valid}]`, 400, { error: 'Invalid body' }],
];
