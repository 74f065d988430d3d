import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../../..');

/** The commands in a section of a document: its code blocks, in their order. */
export async function commandsOf(document: string, section: string): Promise<string[]> {
  const text = await readFile(path.join(WORKSPACE_ROOT, document), 'utf8');
  let heading = '';
  const found: { heading: string; commands: string }[] = [];
  // Text and code blocks take turns: a comment in a block is no heading.
  for (const [index, part] of text.split(/^```.*\n/m).entries()) {
    if (index % 2 === 1) found.push({ heading, commands: part });
    else heading = [...part.matchAll(/^#{1,3} (.*)$/gm)].at(-1)?.[1] ?? heading;
  }
  return found.flatMap(({ heading: of, commands }) => (of === section ? commands : []));
}

export interface ShellResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A shell in which somebody follows a document: variables and functions last, files stay in a folder of their own. */
export class Shell {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'document-'));
  readonly #variables: Readonly<Record<string, string>>;
  readonly #typed: string[] = [];

  constructor(variables: Readonly<Record<string, string>>) {
    this.#variables = variables;
    const bin = path.join(this.folder, 'bin');
    mkdirSync(bin);
    for (const name of ['aws', 'npx']) {
      const program = path.join(import.meta.dirname, `${name}-command.ts`);
      const options = '--conditions=@leaderboard/source --disable-warning=ExperimentalWarning';
      const script = `#!/bin/sh\nexec "${process.execPath}" ${options} "${program}" "$@"\n`;
      writeFileSync(path.join(bin, name), script, { mode: 0o755 });
    }
  }

  /** Types what sets variables and functions: it is typed again before each further command. */
  remember(commands: string): void {
    this.#typed.push(commands);
  }

  /** Runs commands as they are written; the first that fails ends them. */
  run(commands: string, variables: Readonly<Record<string, string>> = {}): Promise<ShellResult> {
    // A file that a command keeps would stand in the repository.
    const script = [...this.#typed, commands]
      .join('\n')
      .replaceAll('--resume ', `--resume ${this.folder}/`);
    const env = {
      ...this.#variables,
      ...variables,
      PATH: [
        path.join(this.folder, 'bin'),
        path.dirname(process.execPath),
        process.env['PATH'],
      ].join(':'),
      HOME: this.folder,
    };
    return new Promise((resolve) => {
      const child = execFile(
        'bash',
        ['-euo', 'pipefail', '-c', script],
        { env, cwd: this.folder },
        (_error, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  stop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A shell for the tests of a `describe`. @param variables read when the first command runs */
export function useShell(variables: () => Readonly<Record<string, string>>): () => Shell {
  let shell: Shell | undefined;
  afterAll(() => shell?.stop());
  return () => (shell ??= new Shell(variables()));
}
