import { messageOf } from '../../shared/errors.ts';
import type { AccessControl } from '../iam/access-control.ts';
import { principalOf } from '../iam/principal.ts';
import type { FunctionSettings } from './function-settings.ts';

/** How much X-Ray accepted of a function's traces; the traces themselves are not stored. */
export interface TraceCounts {
  /** One segment for each invocation of a function with active tracing. */
  readonly segments: number;
  /** Telemetry of the tracing daemon, one record with each segment. */
  readonly telemetryRecords: number;
}

/** Counts the traces that X-Ray would have, by function. */
export class TraceRecorder {
  readonly #counts = new Map<string, TraceCounts>();

  record(functionName: string, accepted: { segment: boolean; telemetryRecord: boolean }): void {
    const { segments, telemetryRecords } = this.of(functionName);
    this.#counts.set(functionName, {
      segments: segments + Number(accepted.segment),
      telemetryRecords: telemetryRecords + Number(accepted.telemetryRecord),
    });
  }

  of(functionName: string): TraceCounts {
    return this.#counts.get(functionName) ?? { segments: 0, telemetryRecords: 0 };
  }
}

export interface TracingServices {
  readonly access: AccessControl;
  readonly traces: TraceRecorder;
  readonly report: (message: string) => void;
}

/**
 * What Lambda sends to X-Ray for each invocation of a function with active tracing, with the function's role. Without the
 * permission the function runs and its traces are missing, as on AWS; the stack reports it once.
 */
export class FunctionTracing {
  readonly #settings: FunctionSettings;
  readonly #services: TracingServices;
  readonly #denials = new Set<string>();

  constructor(settings: FunctionSettings, services: TracingServices) {
    this.#settings = settings;
    this.#services = services;
  }

  async traceInvocation(): Promise<void> {
    if (!this.#settings.activeTracing) return;
    const segment = await this.#may('xray:PutTraceSegments');
    const telemetryRecord = await this.#may('xray:PutTelemetryRecords');
    this.#services.traces.record(this.#settings.name, { segment, telemetryRecord });
  }

  async #may(action: string): Promise<boolean> {
    const { name, roleArn } = this.#settings;
    const denial = await this.#services.access
      .denialOf(principalOf({ sessionName: name, roleArn }), [{ action, resource: '*' }])
      .catch(messageOf);
    if (denial === undefined) return true;
    if (!this.#denials.has(denial)) {
      this.#denials.add(denial);
      this.#services.report(`${name} has no complete traces: ${denial}`);
    }
    return false;
  }
}
