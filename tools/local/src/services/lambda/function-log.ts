import { arn } from '../../shared/arn.ts';
import { messageOf } from '../../shared/errors.ts';
import type { AccessControl } from '../iam/access-control.ts';
import { principalOf } from '../iam/principal.ts';
import type { LogGroups } from '../logs/log-groups.ts';
import type { FunctionSettings } from './function-settings.ts';

/** A stream holds its lines back until it is known whether they may be written. */
type StreamState = 'allowed' | 'denied' | { readonly waiting: string[] };

export interface LogServices {
  readonly access: AccessControl;
  readonly logs: LogGroups;
  readonly report: (message: string) => void;
}

/**
 * Where a function's lines go: to its log group, if its role lets Lambda write there. A function that may not log still
 * runs, as on AWS; its log group stays empty, and the stack reports why.
 */
export class FunctionLog {
  readonly #settings: FunctionSettings;
  readonly #services: LogServices;
  readonly #streams = new Map<string, StreamState>();
  #reported = false;

  constructor(settings: FunctionSettings, services: LogServices) {
    this.#settings = settings;
    this.#services = services;
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
    } else if (!this.#reported) {
      this.#reported = true;
      this.#services.report(`${this.#settings.name} has no logs: ${denial}`);
    }
  }

  async #denialOf(logStream: string): Promise<string | undefined> {
    const { name, roleArn, logGroup, region } = this.#settings;
    const resource = arn('logs', region, `log-group:${logGroup}:log-stream:${logStream}`);
    return this.#services.access
      .denialOf(principalOf({ sessionName: name, roleArn }), [
        { action: 'logs:CreateLogStream', resource },
        { action: 'logs:PutLogEvents', resource },
      ])
      .catch(messageOf);
  }

  #append(lines: readonly string[]): void {
    for (const line of lines) this.#services.logs.write(this.#settings.logGroup, line);
  }
}
