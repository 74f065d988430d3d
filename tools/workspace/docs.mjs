// Checks every Markdown file: a link to a file or a heading of the repository leads somewhere, and a table fits the screen.
// Plain Node: `npm test` runs it before anything is built.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Columns of a row of a table; what does not fit is a list. */
const MAX_TABLE_WIDTH = 120;

const root = path.resolve(import.meta.dirname, '../..');

const withoutCode = (line) => line.replaceAll(/`[^`]*`/g, (code) => ' '.repeat(code.length));

/** `--` before options of the commands that deploy: Nx drops what stands before it, which may be `--stack prod`. */
const SEPARATED_OPTIONS = /\binfra:[a-z-]+ (?:[^`]* )?-- /;

/** Targets that Nx derives from files: a jest.config and an ESLint configuration. */
const DERIVED_TARGETS = ['test', 'lint'];

/** The targets of the workspace, as in `infra:up`. */
const targets = new Set(
  globSync('{apps,libs,tools}/*/{package,project}.json', { cwd: root }).flatMap((file) => {
    const json = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    const project = file.endsWith('project.json') ? json : (json.nx ?? {});
    const names = [...Object.keys(project.targets ?? {}), ...DERIVED_TARGETS];
    return names.map((target) => `${project.name}:${target}`);
  }),
);

/** Lines that are not part of a code block, each with its number from 1. */
function proseOf(text) {
  let isCode = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*```/.test(line)) {
      isCode = !isCode;
      return [];
    }
    return isCode ? [] : [{ line, number: index + 1 }];
  });
}

/** The anchors of a file's headings, as GitHub names them. */
function anchorsOf(file) {
  const counts = new Map();
  return new Set(
    proseOf(readFileSync(file, 'utf8')).flatMap(({ line }) => {
      const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1];
      if (heading === undefined) return [];
      const anchor = heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-');
      const count = counts.get(anchor) ?? 0;
      counts.set(anchor, count + 1);
      return [count === 0 ? anchor : `${anchor}-${count}`];
    }),
  );
}

function problemOfLink(file, target) {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [relative, anchor] = target.split('#');
  const linked = relative === '' ? file : path.resolve(path.dirname(file), relative);
  if (!existsSync(linked)) return `links to ${target}, which is not there`;
  if (anchor === undefined || !statSync(linked).isFile() || !linked.endsWith('.md'))
    return undefined;
  return anchorsOf(linked).has(anchor)
    ? undefined
    : `links to ${target}, which has no such heading`;
}

/**
 * What is wrong in a Markdown file, a line each.
 *
 * @param {string} file absolute path
 * @returns {string[]}
 */
export function problemsOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...problemsOfProse(file, text), ...problemsOfCommands(file, text)];
}

function problemsOfCommands(file, text) {
  return text.split('\n').flatMap((line, index) => {
    const problems = [...line.matchAll(/\bnx run ([\w-]+:[\w-]+)/g)].flatMap(([, target]) =>
      targets.has(target) ? [] : `runs ${target}, which Nx does not have`,
    );
    const command = SEPARATED_OPTIONS.exec(line)?.[0];
    if (command !== undefined) {
      problems.push(`has ${command}…; leave -- out, as Nx drops the options before it`);
    }
    return problems.map((problem) => `${path.relative(root, file)}:${index + 1} ${problem}`);
  });
}

function problemsOfProse(file, text) {
  let isWideTable = false;
  return proseOf(text).flatMap(({ line, number }) => {
    const problems = [...withoutCode(line).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(
      ([, target]) => problemOfLink(file, target) ?? [],
    );
    const isWide = /^\s*\|/.test(line) && line.length > MAX_TABLE_WIDTH;
    if (isWide && !isWideTable) {
      problems.push(
        `has a table of ${line.length} columns; make a list of it above ${MAX_TABLE_WIDTH}`,
      );
    }
    isWideTable = isWide;
    return problems.map((problem) => `${path.relative(root, file)}:${number} ${problem}`);
  });
}

if (import.meta.main) {
  // Not through git, which a downloaded copy of the repository may lack.
  const files = globSync('**/*.md', {
    cwd: root,
    exclude: ['**/{node_modules,dist,coverage,.local,.pulumi,.nx,.git}/**'],
  });
  const problems = files.sort().flatMap((file) => problemsOf(path.join(root, file)));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
