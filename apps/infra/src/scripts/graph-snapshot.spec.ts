import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import type { Json, JsonChanges } from '../graph/json-changes.ts';
import {
  renamed,
  renderSnapshots,
  type Snapshot,
  type SnapshotChanges,
  snapshotOf,
  SNAPSHOTS,
} from './graph-snapshot.ts';

const files = await renderSnapshots();

test.each(Object.keys(files))(
  '%s is what the program declares; if not, run: npx nx run infra:graph-snapshot',
  async (file) => {
    expect(await readFile(join(SNAPSHOTS, file), 'utf8')).toBe(files[file]);
  },
);

test('the graph of dev with the changes of prod is the graph of prod', async () => {
  const [dev, prodChanges] = Object.values(files).map((text) => JSON.parse(text) as unknown);
  const { resources, outputs } = renamed(dev as Snapshot, 'prod');
  const changes = prodChanges as SnapshotChanges;
  for (const [name, change] of Object.entries(changes.resources)) {
    if (change === null) Reflect.deleteProperty(resources, name);
    else resources[name] = withChanges(resources[name] ?? {}, change);
  }
  expect({ resources, outputs: withChanges(outputs, changes.outputs) }).toEqual(
    JSON.parse(JSON.stringify(await snapshotOf('prod'))),
  );
});

function withChanges(before: Json, changes: JsonChanges): Json {
  const root = { root: structuredClone(before) };
  for (const [pointer, value] of Object.entries(changes)) {
    const steps = ['root', ...pointer.split('/').slice(1)].map((step) =>
      step.replaceAll('~1', '/').replaceAll('~0', '~'),
    );
    const last = steps.pop() ?? '';
    let parent = root as unknown as Record<string, unknown>;
    for (const step of steps) parent = parent[step] as Record<string, unknown>;
    if (value === null) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  }
  return root.root;
}
