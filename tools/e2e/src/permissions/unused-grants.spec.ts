import { expect, test } from '@jest/globals';
import { describeProblems, reportUnusedGrants } from './unused-grants.ts';
import type { StackUsage } from './usage-file.ts';

const read = { owner: 'api', sid: 'Read', action: 'dynamodb:GetItem', resource: 'table/a' };
const write = { owner: 'api', sid: 'Write', action: 'dynamodb:PutItem', resource: 'table/a' };
const exception = { owner: 'api', sid: 'Write', action: 'dynamodb:PutItem', reason: 'why' };

function usage(used: StackUsage['used']): StackUsage {
  return { spec: 'a.e2e.spec.ts', grants: [read, write], used, denied: [] };
}

test('a grant that one of the specs uses is used', () => {
  const report = reportUnusedGrants([usage([read]), usage([write])], []);
  expect(report).toEqual({ granted: 2, unused: [], stale: [] });
  expect(describeProblems(report)).toBeUndefined();
});

test('a grant that none uses is a problem that names it', () => {
  const report = reportUnusedGrants([usage([read]), usage([])], []);
  expect(report.unused).toEqual([write]);
  expect(describeProblems(report)).toContain('api  Write  dynamodb:PutItem  on table/a');
});

test('the same action on another resource does not count', () => {
  const elsewhere = { ...write, resource: 'table/b' };
  expect(reportUnusedGrants([usage([read, elsewhere])], []).unused).toEqual([write]);
});

test('an exception with a reason takes its place', () => {
  expect(reportUnusedGrants([usage([read])], [exception]).unused).toEqual([]);
});

test.each([
  ['is used after all', exception],
  ['is not granted any more', { ...exception, sid: 'Gone' }],
])('an exception for a grant that %s is a problem', (_, stale) => {
  const report = reportUnusedGrants([usage([read, write])], [stale]);
  expect(report.stale).toEqual([stale]);
  expect(describeProblems(report)).toContain('no longer apply');
});
