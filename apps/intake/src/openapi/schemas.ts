import leaderboardUpdate from '@leaderboard/contracts/schemas/leaderboard-update.schema.json' with { type: 'json' };
import webhookEvent from '@leaderboard/contracts/schemas/webhook-event.schema.json' with { type: 'json' };
import { MAX_UPDATES } from '../updates/accept-updates.ts';

type Schema = Record<string, unknown>;

const text = (description: string, extra: Schema = {}): Schema => ({
  type: 'string',
  description,
  ...extra,
});
const list = (items: Schema, extra: Schema = {}): Schema => ({ type: 'array', items, ...extra });
const object = (
  properties: Record<string, Schema>,
  required = Object.keys(properties),
): Schema => ({
  type: 'object',
  required,
  properties,
});

/** What OpenAPI's dialect and the contracts both know; the contracts' own keywords are explained in the descriptions. */
const KEPT_KEYWORDS = new Set([
  'additionalProperties',
  'default',
  'description',
  'enum',
  'format',
  'maxLength',
  'minLength',
  'pattern',
  'properties',
  'required',
  'title',
  'type',
]);

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const issue = object({
  path: text('JSON pointer to the failing field; empty for the whole update'),
  rule: text('The broken rule of the schema'),
  message: text('What is wrong, in one sentence'),
});

const updateResult = {
  oneOf: [
    object({
      status: { const: 'accepted' },
      player_id: text('As sent'),
      event_id: text('As sent, or as given to the update'),
      occurred_at: text('As sent, or as given to the update'),
      message_id: text('The SQS message id'),
    }),
    object({ status: { const: 'invalid' }, error: text('Fixed text'), issues: list(issue) }),
    object({
      status: { const: 'failed' },
      error: text('Fixed text'),
      code: text('Why the queue did not confirm the update'),
      event_id: text('As sent, or as given to the update'),
      update: {
        ...ref('LeaderboardUpdateInput'),
        description: 'Send exactly this again: safe, whether or not the queue has it',
      },
    }),
  ],
};

const updateInput = {
  ...contractSchema(leaderboardUpdate),
  title: 'LeaderboardUpdateInput',
  required: leaderboardUpdate.required.filter(
    (field) => field !== 'event_id' && field !== 'occurred_at',
  ),
};

/** The schemas of the requests come from the contracts; those of the answers exist here only. */
export const schemas = {
  WebhookEvent: contractSchema(webhookEvent),
  WebhookAccepted: object({
    message: { const: 'Event validated and queued for processing' },
    event_id: text('As sent'),
  }),
  LeaderboardUpdateInput: updateInput,
  UpdatesRequest: {
    oneOf: [
      ref('LeaderboardUpdateInput'),
      list(ref('LeaderboardUpdateInput'), { minItems: 1, maxItems: MAX_UPDATES }),
    ],
  },
  UpdateResults: object(
    {
      error: text('Why no update was accepted; only with 400 and 503'),
      results: list(updateResult, { description: 'One per update, in the order of the request' }),
    },
    ['results'],
  ),
  // Closed, so that an answer with results is not taken for one of these as well.
  Error: {
    ...object(
      {
        error: text('What is wrong'),
        field: text('The failing field of the body'),
        reason: text('Why, in one sentence'),
      },
      ['error'],
    ),
    additionalProperties: false,
  },
};

function contractSchema(schema: object): Schema {
  const kept = Object.entries(schema).filter(([keyword]) => KEPT_KEYWORDS.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [
      keyword,
      keyword === 'properties' ? contractProperties(value as Record<string, object>) : value,
    ]),
  );
}

function contractProperties(properties: Record<string, object>): Schema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, contractSchema(schema)]),
  );
}
