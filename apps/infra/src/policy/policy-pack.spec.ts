import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { resolveStackConfig } from '../config/stack-config.ts';
import { programGraph } from '../graph/program-graph.ts';
import { policyResources } from '../testing/policy-resources.ts';
import { type RunningPolicyPack, startPolicyPack } from '../testing/running-policy-pack.ts';
import { TYPES } from '../graph/resource-types.ts';
import type { PolicyResource } from './resource.ts';
import { RULES } from './rules.ts';

// A process is started, which a busy machine may take long over.
/** What Pulumi's engine sends in place of a text that is not known yet. */
const UNKNOWN_TEXT = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

let real: PolicyResource[];
let pack: RunningPolicyPack;

beforeAll(async () => {
  const config = resolveStackConfig({ stack: 'dev', stackConfig: {}, environment: {} });
  real = policyResources(await programGraph(config));
  pack = await startPolicyPack();
});

afterAll(async () => {
  await pack[Symbol.asyncDispose]();
});

test('the pack loads as the CLI loads it, with every rule', async () => {
  expect((await pack.rules()).sort()).toEqual(RULES.map((rule) => rule.name).sort());
});

test('the program passes, resource by resource and as a whole', async () => {
  for (const resource of real) expect(await pack.judge(resource)).toEqual([]);
  expect(await pack.judgeStack(real)).toEqual([]);
});

test('a broken resource is refused before it is created', async () => {
  const table = { type: TYPES.table, name: 'bare', props: { tags: { Environment: 'dev' } } };
  const found = await pack.judge(table);
  expect(found.map(({ rule, mandatory }) => ({ rule, mandatory }))).toEqual([
    { rule: 'encryption-at-rest', mandatory: true },
    { rule: 'point-in-time-recovery', mandatory: true },
    { rule: 'required-tags', mandatory: true },
  ]);
});

test('a broken stack is refused, and the resource at fault is named', async () => {
  const silent = real.filter(({ name }) => name !== 'leaderboard-updates-dlq-depth');
  expect(await pack.judgeStack(silent)).toEqual([
    {
      rule: 'dead-letter-queue-has-alarm',
      message: expect.stringContaining('nobody learns of dead letters'),
      urn: expect.stringMatching(/::leaderboard-updates-dlq$/),
      mandatory: true,
    },
  ]);
});

test('the preview of a new stack, in which ARNs are not known, is not held up', async () => {
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
  for (const resource of preview) expect(await pack.judge(resource)).toEqual([]);
  expect(await pack.judgeStack(preview)).toEqual([]);
});
