import { messageOf } from '../../shared/errors.ts';
import { principalOf } from '../iam/principal.ts';
import type { StackContext } from '../../resources/stack-context.ts';
import type { FunctionSettings } from './function-settings.ts';

/**
 * What Lambda sends to X-Ray for each invocation of a function with active tracing, under the function's role. Without the
 * permission the function runs and its traces are missing, as on AWS; the stack says so once.
 */
export class FunctionTracing {
  readonly #settings: FunctionSettings;
  readonly #stack: StackContext;
  readonly #denials = new Set<string>();

  constructor(settings: FunctionSettings, stack: StackContext) {
    this.#settings = settings;
    this.#stack = stack;
  }

  async traceInvocation(): Promise<void> {
    if (!this.#settings.activeTracing) return;
    const segment = await this.#may('xray:PutTraceSegments');
    const telemetryRecord = await this.#may('xray:PutTelemetryRecords');
    this.#stack.traces.record(this.#settings.name, { segment, telemetryRecord });
  }

  async #may(action: string): Promise<boolean> {
    const { name: functionName, roleArn } = this.#settings;
    const denial = await this.#stack.access
      .denialOf(principalOf({ functionName, roleArn }), [{ action, resource: '*' }])
      .catch(messageOf);
    if (denial === undefined) return true;
    if (!this.#denials.has(denial)) {
      this.#denials.add(denial);
      this.#stack.report(`${functionName} has no complete traces: ${denial}`);
    }
    return false;
  }
}
