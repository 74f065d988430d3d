import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { policyResources } from '../testing/policy-resources.ts';
import { graphOf } from '../testing/program.ts';
import { type RunningPolicyPack, startPolicyPack } from '../testing/running-policy-pack.ts';
import { TYPES } from '../graph/resource-types.ts';
import type { PolicyResource } from './resource.ts';
import { RULES } from './rules.ts';

/** What Pulumi's engine sends in place of a string that is not known yet. */
const UNKNOWN_TEXT = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

const real = policyResources(await graphOf({}, 'dev'));
let pack: RunningPolicyPack;

beforeAll(async () => {
  pack = await startPolicyPack();
});

afterAll(async () => {
  await pack[Symbol.asyncDispose]();
});

test('loads as the CLI loads it, with every rule', async () => {
  expect((await pack.rules()).sort()).toEqual(RULES.map((rule) => rule.name).sort());
});

test('passes the program, resource by resource and as a whole', async () => {
  for (const resource of real) expect(await pack.check(resource)).toEqual([]);
  expect(await pack.checkStack(real)).toEqual([]);
});

test('rejects a broken resource before it is created', async () => {
  const table = { type: TYPES.table, name: 'bare', props: { tags: { Environment: 'dev' } } };
  const found = await pack.check(table);
  expect(found.map(({ rule, mandatory }) => ({ rule, mandatory }))).toEqual([
    { rule: 'encryption-at-rest', mandatory: true },
    { rule: 'point-in-time-recovery', mandatory: true },
    { rule: 'required-tags', mandatory: true },
  ]);
});

test('rejects a broken stack, and names the resource at fault', async () => {
  const silent = real.filter(({ name }) => name !== 'leaderboard-updates-dlq-depth');
  expect(await pack.checkStack(silent)).toEqual([
    {
      rule: 'dead-letter-queue-has-alarm',
      message: expect.stringContaining('nobody learns of dead letters'),
      urn: expect.stringMatching(/::leaderboard-updates-dlq$/),
      mandatory: true,
    },
  ]);
});

test('passes the preview of a new stack, in which ARNs are not known', async () => {
  const preview = real.map(({ type, name, props }) => ({
    type,
    name,
    props: JSON.parse(
      JSON.stringify(props, (_, value: unknown) =>
        typeof value === 'string' && /arn:aws|https:\/\/sqs|-id$/.test(value)
          ? UNKNOWN_TEXT
          : value,
      ),
    ) as PolicyResource['props'],
  }));
  for (const resource of preview) expect(await pack.check(resource)).toEqual([]);
  expect(await pack.checkStack(preview)).toEqual([]);
});
