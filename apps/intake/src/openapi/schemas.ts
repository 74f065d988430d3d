import { MAX_UPDATES_PER_REQUEST } from '@leaderboard/contracts';
import leaderboardUpdate from '@leaderboard/contracts/schemas/leaderboard-update.schema.json' with { type: 'json' };
import webhookEvent from '@leaderboard/contracts/schemas/webhook-event.schema.json' with { type: 'json' };

type Schema = Record<string, unknown>;

const string = (description: string, extra: Schema = {}): Schema => ({
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

/** Keywords of the contracts that OpenAPI has too. Descriptions explain the contracts' other keywords. */
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
  path: string('JSON pointer to the failing field; empty for the whole update'),
  rule: string('The rule of the schema that failed'),
  message: string('What is wrong, in one sentence'),
});

const updateResult = {
  oneOf: [
    object({
      status: { const: 'accepted' },
      player_id: string('As sent'),
      event_id: string('As sent, or as filled in'),
      occurred_at: string('As sent, or as filled in'),
      message_id: string('The SQS message id'),
    }),
    object({
      status: { const: 'invalid' },
      error: string('Always the same message'),
      issues: list(issue),
    }),
    object({
      status: { const: 'failed' },
      error: string('Always the same message'),
      code: string('Why the queue did not confirm the update'),
      event_id: string('As sent, or as filled in'),
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

/** The schemas of the requests come from the contracts; those of the responses are defined only here. */
export const schemas = {
  WebhookEvent: contractSchema(webhookEvent),
  WebhookAccepted: object({
    message: { const: 'Event validated and queued for processing' },
    event_id: string('As sent'),
  }),
  LeaderboardUpdateInput: updateInput,
  UpdatesRequest: {
    oneOf: [
      ref('LeaderboardUpdateInput'),
      list(ref('LeaderboardUpdateInput'), { minItems: 1, maxItems: MAX_UPDATES_PER_REQUEST }),
    ],
  },
  UpdateResults: object(
    {
      error: string('Why no update was accepted; only with 400 and 503'),
      results: list(updateResult, { description: 'One per update, in the order of the request' }),
    },
    ['results'],
  ),
  // Closed, so that a response with results does not match this schema as well.
  Error: {
    ...object(
      {
        error: string('What is wrong'),
        field: string('The failing field of the body'),
        reason: string('Why, in one sentence'),
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
