import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import type { Setting } from '../config/setting.ts';
import { SETTING_GROUPS } from '../config/settings.ts';
import { PROJECT_ROOT } from '../workspace.ts';

export const README = join(PROJECT_ROOT, 'README.md');

const GENERATED = /(<!-- configuration:start.*?-->\n)[^]*(<!-- configuration:end -->)/;

/** The README with its list of settings as the settings are declared. */
export async function renderReadme(): Promise<string> {
  const readme = await readFile(README, 'utf8');
  const groups = Object.entries(SETTING_GROUPS).map(
    ([title, settings]) => `### ${title}\n\n${Object.entries(settings).map(listItem).join('\n')}`,
  );
  const filled = readme.replace(
    GENERATED,
    (_, start: string, end: string) => `${start}\n${groups.join('\n\n')}\n\n${end}`,
  );
  return format(filled, { ...(await resolveConfig(README)), filepath: README });
}

function listItem([key, setting]: [string, Setting<unknown>]): string {
  const { about, defaultText, allowed, source } = setting;
  return `- \`${key}\` (default ${defaultText}): ${about}.\n  Allowed: ${allowed}. Source: ${source}.`;
}
