import { expect, test } from '@jest/globals';

import { dataLossOf, refusalOfDataLoss } from './data-loss.ts';
import { previewOf } from '../testing/sample-preview.ts';

test('finds tables and queues that would be replaced or deleted, and nothing else', () => {
  const losses = dataLossOf(
    previewOf(
      { op: 'same', type: 'table', name: 'standings-dev' },
      { op: 'update', type: 'table', name: 'leaderboard-snapshots-dev' },
      { op: 'replace', type: 'table', name: 'leaderboard-data-dev', replaceReasons: ['hashKey'] },
      { op: 'delete', type: 'queue', name: 'leaderboard-dlq-dev.fifo', protect: true },
      { op: 'replace', type: 'function', name: 'leaderboard-processor-dev' },
      { op: 'create', type: 'table', name: 'new-dev' },
    ),
  );
  expect(losses).toEqual([
    { kind: 'table', name: 'leaderboard-data-dev', changed: ['hashKey'], isProtected: false },
    { kind: 'queue', name: 'leaderboard-dlq-dev.fifo', changed: undefined, isProtected: true },
  ]);
});

test.each(['create-replacement', 'delete-replaced', 'discard-replaced'])(
  'counts the steps of one replacement once: %s',
  (op) => {
    const preview = previewOf(
      { op: 'replace', type: 'table', name: 'leaderboard-data-dev' },
      { op, type: 'table', name: 'leaderboard-data-dev' },
    );
    expect(dataLossOf(preview)).toHaveLength(1);
    expect(dataLossOf(previewOf({ op, type: 'table', name: 'standings-dev' }))).toHaveLength(1);
  },
);

test('the refusal says what would be lost, why, and how to go on', () => {
  const table = {
    kind: 'table',
    name: 'leaderboard-data-prod',
    changed: ['name'],
    isProtected: true,
  } as const;
  expect(refusalOfDataLoss([table], 'prod').split('\n')).toEqual([
    'Nothing was changed: this update of stack prod',
    '  - replaces the table leaderboard-data-prod (name changed), which is protected',
    expect.stringMatching(/^and what these hold is lost\. .* take that back\.$/),
    expect.stringMatching(
      /create-backup.*; then set leaderboard:protectTables to 'false' in apps\/infra\/Pulumi\.prod\.yaml and run infra:up; then add --allow-data-loss\.$/,
    ),
  ]);
  const unprotected = refusalOfDataLoss([{ ...table, isProtected: false }], 'dev');
  expect(unprotected).not.toContain('protectTables');
});
