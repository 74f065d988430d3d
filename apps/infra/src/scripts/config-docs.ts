import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { CONFIG_OPTIONS } from '../config/settings.ts';
import { PROJECT_ROOT } from '../workspace.ts';

export const README = join(PROJECT_ROOT, 'README.md');

const GENERATED = /(<!-- configuration:start.*?-->\n)[^]*(<!-- configuration:end -->)/;

/** The README with its configuration table as the table of options has it. */
export async function renderReadme(): Promise<string> {
  const readme = await readFile(README, 'utf8');
  const filled = readme.replace(
    GENERATED,
    (_, start: string, end: string) => `${start}\n${configurationTable()}\n\n${end}`,
  );
  return format(filled, { ...(await resolveConfig(README)), filepath: README });
}

function configurationTable(): string {
  const rows = Object.entries(CONFIG_OPTIONS).map(
    ([key, { about, defaultText, allowed, source }]) =>
      `| \`${key}\` | ${about} | ${defaultText} | ${allowed} | ${source} |`,
  );
  return ['| Key | What for | Default | Allowed | Source |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}
