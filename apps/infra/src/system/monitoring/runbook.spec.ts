import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { TYPES } from '../../graph/resource-types.ts';
import { graphOf } from '../../testing/program.ts';
import { WORKSPACE_ROOT } from '../../workspace.ts';

interface Section {
  title: string;
  /** Severity and name of each, as in `Page leaderboard-dlq-{env}-depth`. */
  alarms: string[];
  /** The section without the names of the alarms. */
  advice: string;
}

/** With every alarm, also those of what a stack may leave out. */
const graph = await graphOf({ 'leaderboard:ledgerExportBucket': 'backups' }, 'envsuffix');
const alarms = graph.ofType(TYPES.alarm).map(({ inputs }) => {
  const [severity] = String(inputs['alarmDescription']).split(':');
  return `${severity} ${String(inputs['name']).replace('envsuffix', '{env}')}`;
});
const runbook = await readFile(join(WORKSPACE_ROOT, 'docs/runbook.md'), 'utf8');
const sections = runbook
  .split(/^#{2,3} /m)
  .slice(1)
  .map(readSection);

test('every alarm of the program has a section in the runbook, under its severity', () => {
  const described = sections.flatMap((section) => section.alarms);
  expect(alarms.filter((name) => !described.includes(name))).toEqual([]);
});

test('the runbook describes only alarms of the program, each once', () => {
  const described = sections.flatMap((section) => section.alarms);
  expect(described.filter((name) => !alarms.includes(name))).toEqual([]);
  expect(new Set(described).size).toBe(described.length);
});

test('every section on alarms says what to do', () => {
  for (const { title, advice } of sections.filter((section) => section.alarms.length > 0)) {
    expect({ title, says: advice.length > 100 }).toEqual({ title, says: true });
  }
});

test('every call of the Pulumi CLI in the documents names the backend: without it, Pulumi takes another state', async () => {
  const deploy = await readFile(join(WORKSPACE_ROOT, 'docs/deploy.md'), 'utf8');
  const calls = `${runbook}\n\n${deploy}`
    .split(/\n\n|\n(?=- )/)
    .filter((paragraph) => paragraph.includes('npx pulumi '));
  expect(calls.length).toBeGreaterThan(3);
  for (const paragraph of calls) expect(paragraph).toContain('PULUMI_BACKEND_URL');
});

test('the first deployment looks at resources that the program declares', async () => {
  const guide = await readFile(join(WORKSPACE_ROOT, 'docs/first-deployment.md'), 'utf8');
  const named = [...guide.matchAll(/[\w/.-]+-\$ENV[\w-]*/g)].map(([name]) => name);
  const declared = new Set(
    graph.resources.map(({ inputs }) => String(inputs['name']).replace('envsuffix', '$ENV')),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !declared.has(name))).toEqual([]);
});

/** A section names its alarms in a paragraph for each severity: "Pages: `a`, `b`", "Tickets: `c`". */
function readSection(text: string): Section {
  const [title = '', ...lines] = text.split('\n');
  const body = lines.join('\n');
  const paragraphs = [...body.matchAll(/^(Page|Ticket)s: ([^]*?)\n\n/gm)];
  return {
    title,
    alarms: paragraphs.flatMap(([, severity, names = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${severity} ${name}`),
    ),
    advice: paragraphs.reduce((text, [paragraph]) => text.replace(paragraph, ''), body),
  };
}
