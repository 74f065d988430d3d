import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** What Lambda leaves a function in these tests, in ms: enough for everything. */
const REMAINING_MS = 30_000;
/** Stands between what the function printed and its response. */
const RESPONSE_MARK = '\u0000response:';

export type Environment = Readonly<Record<string, string>>;

export interface Invocation {
  /** What the handler returned, through JSON as Lambda sends it. */
  readonly response: unknown;
  /** Everything that the function printed: its log entries and metrics. */
  readonly logs: string;
}

/**
 * The built file of a function, which runs as Lambda runs it: in its own Node process, outside the repository, with no
 * `node_modules` and no variable but those given.
 *
 * @example
 * const bundle = new Bundle(path.join(import.meta.dirname, '../dist/processor/index.mjs'));
 * const { response, logs } = await bundle.invoke({ Records: [] }, environment);
 */
export class Bundle {
  readonly file: string;

  /** @param file absolute path of an ES module that exports `handler` */
  constructor(file: string) {
    this.file = file;
  }

  /** Bytes. Every cold start reads and compiles them. */
  get sizeBytes(): number {
    return statSync(this.file).size;
  }

  get hasSourceMap(): boolean {
    return existsSync(`${this.file}.map`) && statSync(`${this.file}.map`).size > 0;
  }

  /**
   * Runs code that sees the function's `handler`.
   *
   * @returns what it printed
   * @throws Error with what Node printed on stderr, when the bundle does not load or the code throws
   */
  async run(code: string, environment: Environment): Promise<string> {
    const script = `const { handler } = await import(${JSON.stringify(this.file)});\n${code}`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd: path.parse(this.file).root, env: { AWS_REGION: 'us-west-1', ...environment } },
    );
    return stdout;
  }

  /** Sends the function one event. Fails as {@link run} does. */
  async invoke(event: unknown, environment: Environment): Promise<Invocation> {
    const output = await this.run(
      `const context = { getRemainingTimeInMillis: () => ${REMAINING_MS} };
       const response = await handler(${JSON.stringify(event)}, context);
       console.log(${JSON.stringify(RESPONSE_MARK)} + JSON.stringify(response ?? null));`,
      environment,
    );
    const [logs = '', response = 'null'] = output.split(RESPONSE_MARK);
    return { response: JSON.parse(response) as unknown, logs };
  }
}
