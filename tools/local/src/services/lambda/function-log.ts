import { arn } from '../../shared/arn.ts';
import { messageOf } from '../../shared/errors.ts';
import { principalOf } from '../iam/principal.ts';
import type { StackContext } from '../../resources/stack-context.ts';
import type { FunctionSettings } from './function-settings.ts';

/** A stream of which it is not known yet whether it may be written holds its lines back. */
type StreamState = 'allowed' | 'denied' | { readonly waiting: string[] };

/**
 * Where a function's lines go: to its log group, if its role lets Lambda write there. A function that may not log still
 * runs, as on AWS; only its log group stays empty, and the stack says why.
 */
export class FunctionLog {
  readonly #settings: FunctionSettings;
  readonly #stack: StackContext;
  readonly #streams = new Map<string, StreamState>();
  #saidSo = false;

  constructor(settings: FunctionSettings, stack: StackContext) {
    this.#settings = settings;
    this.#stack = stack;
  }

  write(logStream: string, lines: readonly string[]): void {
    const state = this.#streams.get(logStream);
    if (state === 'denied') return;
    if (state === 'allowed') {
      this.#append(lines);
    } else if (state === undefined) {
      const waiting = [...lines];
      this.#streams.set(logStream, { waiting });
      void this.#open(logStream, waiting);
    } else {
      state.waiting.push(...lines);
    }
  }

  async #open(logStream: string, waiting: readonly string[]): Promise<void> {
    const denial = await this.#denialOf(logStream);
    this.#streams.set(logStream, denial === undefined ? 'allowed' : 'denied');
    if (denial === undefined) {
      this.#append(waiting);
    } else if (!this.#saidSo) {
      this.#saidSo = true;
      this.#stack.report(`${this.#settings.name} has no logs: ${denial}`);
    }
  }

  async #denialOf(logStream: string): Promise<string | undefined> {
    const { name: functionName, roleArn, logGroup, region } = this.#settings;
    const resource = arn('logs', region, `log-group:${logGroup}:log-stream:${logStream}`);
    return this.#stack.access
      .denialOf(principalOf({ functionName, roleArn }), [
        { action: 'logs:CreateLogStream', resource },
        { action: 'logs:PutLogEvents', resource },
      ])
      .catch(messageOf);
  }

  #append(lines: readonly string[]): void {
    for (const line of lines) this.#stack.logs.write(this.#settings.logGroup, line);
  }
}
