import { describe, expect, test } from '@jest/globals';
import Draft04 from 'ajv-draft-04';
import {
  invalidFixtures,
  invalidWebhookFixtures,
  validFixtures,
  validWebhookFixtures,
} from '../fixtures/fixtures.ts';
import updateSchema from './generated/leaderboard-update.schema.json' with { type: 'json' };
import eventSchema from './generated/webhook-event.schema.json' with { type: 'json' };
import { gatewayModel, type JsonSchema } from './gateway-model.ts';

const RULES_OF_THE_MODEL = ['additionalProperties', 'enum', 'type'];

/** Strict: an unknown keyword or format fails the compilation. */
const compile = (schema: JsonSchema) =>
  new Draft04.default({ strict: true }).compile(gatewayModel(schema));

describe('the gateway model of a schema', () => {
  test('is draft-04 without required, the rules of strings and our own keywords', () => {
    expect(gatewayModel(eventSchema)).toEqual({
      $schema: 'http://json-schema.org/draft-04/schema#',
      title: 'WebhookEvent',
      type: 'object',
      additionalProperties: true,
      properties: {
        event_id: { type: 'string' },
        transaction_type: { type: 'string', enum: ['payment', 'refund', 'dispute'] },
        amount: { type: 'number' },
        timestamp: { type: 'string' },
      },
    });
  });

  test.each(validWebhookFixtures())('accepts the valid event $name', ({ event }) => {
    expect(compile(eventSchema)(event)).toBe(true);
  });

  test.each(validFixtures())('accepts the valid update $name', ({ update }) => {
    expect(compile(updateSchema)(update)).toBe(true);
  });

  test.each(
    [
      ...invalidWebhookFixtures().map(({ name, event, rule }) => ({
        name: `event ${name}`,
        rule,
        value: event,
        schema: eventSchema,
      })),
      ...invalidFixtures().map(({ name, update, rule }) => ({
        name: `update ${name}`,
        rule,
        value: update,
        schema: updateSchema,
      })),
    ].filter(({ rule }) => RULES_OF_THE_MODEL.includes(rule)),
  )('rejects the invalid $name', ({ value, schema }) => {
    expect(compile(schema)(value)).toBe(false);
  });

  test('accepts missing fields and malformed strings, which the function rejects by name', () => {
    expect(compile(eventSchema)({})).toBe(true);
    expect(compile(eventSchema)({ event_id: '', timestamp: 'yesterday' })).toBe(true);
  });

  test('writes const and exclusive bounds as draft-04, at any depth', () => {
    const schema = {
      type: 'object',
      properties: {
        required: {
          oneOf: [
            { const: 'a' },
            { type: 'array', items: { exclusiveMinimum: 1, exclusiveMaximum: 9 } },
          ],
        },
      },
    };
    expect(gatewayModel(schema)).toMatchObject({
      properties: {
        required: {
          oneOf: [
            { enum: ['a'] },
            {
              type: 'array',
              items: { minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true },
            },
          ],
        },
      },
    });
  });
});
