/** What X-Ray took of a function's traces; the traces themselves are not kept. */
export interface TraceCounts {
  /** Segments: one for each invocation of a function with active tracing. */
  readonly segments: number;
  /** Reports of the tracing daemon on itself, one with each segment. */
  readonly telemetryRecords: number;
}

/** Counts, by function, the traces that X-Ray would have. */
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
