import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { INFRA_COMMANDS, INFRA_OPTIONS, type InfraOption } from '../commands/options.ts';
import type { Setting } from '../config/setting.ts';
import { SETTING_GROUPS } from '../config/settings.ts';
import { PROJECT_ROOT } from '../workspace.ts';

export const README = join(PROJECT_ROOT, 'README.md');

const COLUMNS = 120;

/** The README with its lists of options and settings as they are declared. */
export async function renderReadme(): Promise<string> {
  const groups = Object.entries(SETTING_GROUPS).map(
    ([title, settings]) =>
      `### ${title}\n\n${Object.entries(settings).map(settingItem).join('\n')}`,
  );
  const readme = [
    { section: 'options', content: INFRA_OPTIONS.map(optionItem).join('\n') },
    { section: 'configuration', content: groups.join('\n\n') },
  ].reduce(fillIn, await readFile(README, 'utf8'));
  return format(readme, { ...(await resolveConfig(README)), filepath: README });
}

/** Replaces what is between the comments `<!-- section:start -->` and `<!-- section:end -->`. */
function fillIn(
  readme: string,
  { section, content }: { section: string; content: string },
): string {
  const generated = new RegExp(`(<!-- ${section}:start.*?-->\n)[^]*(<!-- ${section}:end -->)`);
  if (!generated.test(readme)) throw new Error(`${README} has no section ${section}`);
  return readme.replace(
    generated,
    (_, start: string, end: string) => `${start}\n${content}\n\n${end}`,
  );
}

function optionItem({ name, value, about, default: fallback, commands }: InfraOption): string {
  const isForAll = commands.length === Object.keys(INFRA_COMMANDS).length;
  const notes = [
    isForAll ? 'all commands' : commands.join(', '),
    ...(fallback === undefined ? [] : [`default \`${fallback}\``]),
  ];
  return `- \`--${[name, value].filter(Boolean).join(' ')}\` (${notes.join('; ')}): ${about}`;
}

function settingItem([key, setting]: [string, Setting<unknown>]): string {
  const { about, defaultText, allowed, source } = setting;
  return [
    ...wrapped(`- \`${key}\` (default ${defaultText}): ${about}.`),
    ...wrapped(`  Allowed: ${allowed}. Source: ${source}.`),
  ].join('\n');
}

/** The lines of a list item, which are indented from the second on. */
function wrapped(text: string): string[] {
  const end = text.length > COLUMNS ? text.lastIndexOf(' ', COLUMNS) : -1;
  return end <= 2 ? [text] : [text.slice(0, end), ...wrapped(`  ${text.slice(end + 1)}`)];
}
