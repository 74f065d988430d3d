import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { BROKEN_GRAPHS } from '../testing/broken-graphs.ts';
import { policyResources } from '../testing/policy-resources.ts';
import { graphOf } from '../testing/program.ts';
import { PROJECT_ROOT } from '../workspace.ts';
import { type PolicyResource, UNKNOWN } from './resource.ts';
import { violationsOf } from './rule.ts';
import { RULES } from './rules.ts';
import { TYPES_WITHOUT_TAGS } from './tag-rules.ts';

const real = policyResources(await graphOf({}, 'dev'));
const provisioned = policyResources(
  await graphOf({ 'leaderboard:capacity': 'provisioned' }, 'dev'),
);
const minimal = policyResources(await graphOf({ 'leaderboard:alarms': 'minimal' }, 'dev'));
const exporting = policyResources(
  await graphOf({ 'leaderboard:ledgerExportBucket': 'backups' }, 'dev'),
);

test('every rule has a unique name and a broken example', () => {
  const names = RULES.map((rule) => rule.name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(BROKEN_GRAPHS).sort()).toEqual([...names].sort());
});

test('the README names every rule', () => {
  const readme = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8');
  for (const { name } of RULES) expect(readme).toContain(`- \`${name}\`: `);
});

describe.each(RULES)('$name', (rule) => {
  test('is kept by the program', () => {
    expect(describeViolations(rule, real)).toEqual([]);
    expect(describeViolations(rule, provisioned)).toEqual([]);
    expect(describeViolations(rule, exporting)).toEqual([]);
    expect(describeViolations(rule, minimal)).toEqual([]);
  });

  test.each(BROKEN_GRAPHS[rule.name] ?? [])('is broken by $how', ({ breakIt, culprit, says }) => {
    const violations = describeViolations(rule, breakIt(real));
    expect(violations).toEqual([expect.stringMatching(new RegExp(`^${culprit}: .*${says}`))]);
  });

  test('skips what is not known before the resources exist', () => {
    expect(describeViolations(rule, real.map(inFirstPreview))).toEqual([]);
  });
});

test.each(TYPES_WITHOUT_TAGS)('%s cannot be tagged', (type) => {
  expect(takesTags(type)).toBe(false);
});

test('every other type of the program can be tagged', () => {
  const others = [...real, ...provisioned].filter(
    ({ type }) => type.startsWith('aws:') && !TYPES_WITHOUT_TAGS.includes(type),
  );
  for (const { type } of others)
    expect({ type, tags: takesTags(type) }).toEqual({ type, tags: true });
});

function describeViolations(rule: (typeof RULES)[number], resources: readonly PolicyResource[]) {
  return violationsOf(rule, resources).map(
    ({ resource, message }) => `${resource.name}: ${message}`,
  );
}

/** ARNs, URLs, ids and everything with one of them comes from AWS. */
function inFirstPreview({ type, name, props }: PolicyResource): PolicyResource {
  const known = Object.entries(props).map(([key, value]) => [
    key,
    /arn:aws|https:\/\/sqs|-id"/.test(JSON.stringify(value)) ? UNKNOWN : value,
  ]);
  return { type, name, props: Object.fromEntries(known) as Record<string, unknown> };
}

/** Reads the declarations of the AWS provider, those of `aws:sqs/queue:Queue` in `sqs/queue.d.ts`. */
function takesTags(type: string): boolean {
  const provider = dirname(createRequire(import.meta.url).resolve('@pulumi/aws/package.json'));
  const file = join(provider, `${type.split(':')[1] ?? ''}.d.ts`);
  expect({ type, declared: existsSync(file) }).toEqual({ type, declared: true });
  return /^ {4}tags\?: /m.test(readFileSync(file, 'utf8'));
}
