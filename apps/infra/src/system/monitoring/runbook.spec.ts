import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { resolveStackConfig } from '../../config/stack-config.ts';
import { programGraph } from '../../graph/program-graph.ts';
import { WORKSPACE_ROOT } from '../../workspace.ts';

interface Section {
  title: string;
  alarms: string[];
  /** What it says beside the names of the alarms. */
  advice: string;
}

let alarms: string[];
let sections: Section[];

beforeAll(async () => {
  const config = resolveStackConfig({
    stack: 'dev',
    stackConfig: {},
    environment: { ENVIRONMENT_SUFFIX: 'envsuffix' },
  });
  const graph = await programGraph(config);
  alarms = graph
    .ofType('aws:cloudwatch/metricAlarm:MetricAlarm')
    .map(({ inputs }) => String(inputs['name']).replace('envsuffix', '{env}'));
  const runbook = await readFile(join(WORKSPACE_ROOT, 'docs/runbook.md'), 'utf8');
  sections = runbook
    .split(/^#{2,3} /m)
    .slice(1)
    .map(readSection);
});

test('every alarm of the program has a section in the runbook', () => {
  const described = sections.flatMap((section) => section.alarms);
  expect(alarms.filter((name) => !described.includes(name))).toEqual([]);
});

test('the runbook describes no alarm that the program does not have, and none twice', () => {
  const described = sections.flatMap((section) => section.alarms);
  expect(described.filter((name) => !alarms.includes(name))).toEqual([]);
  expect(new Set(described).size).toBe(described.length);
});

test('every section on alarms says what to do', () => {
  for (const { title, advice } of sections.filter((section) => section.alarms.length > 0)) {
    expect({ title, says: advice.length > 100 }).toEqual({ title, says: true });
  }
});

/** A section names its alarms in one paragraph: "Alarms: `a`, `b`". */
function readSection(text: string): Section {
  const [title = '', ...lines] = text.split('\n');
  const [, named = ''] = /^Alarms: ([^]*?)\n\n/m.exec(lines.join('\n')) ?? [];
  return {
    title,
    alarms: [...named.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    advice: lines.join('\n').replace(named, ''),
  };
}
