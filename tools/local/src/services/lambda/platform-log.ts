import type { FunctionSettings } from './function-settings.ts';
import type { FunctionError } from './worker-protocol.ts';

/** The lines that Lambda writes to a function's log group about an invocation, in the function's log format. */
export interface PlatformLog {
  start(requestId: string): string[];
  report(requestId: string, durationMs: number, error: FunctionError | undefined): string[];
}

export function platformLog(settings: FunctionSettings): PlatformLog {
  return settings.logFormat === 'JSON' ? jsonLog(settings) : textLog(settings);
}

function textLog({ memoryMb }: FunctionSettings): PlatformLog {
  return {
    start: (requestId) => [`START RequestId: ${requestId} Version: $LATEST`],
    report: (requestId, durationMs, error) => [
      ...(error === undefined
        ? []
        : [`${requestId}\tERROR\tInvoke Error\t${JSON.stringify(error)}`]),
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tMemory Size: ${String(memoryMb)} MB`,
    ],
  };
}

/** Start and success are of level INFO, failures of level WARN. */
function jsonLog({ memoryMb, systemLogLevel }: FunctionSettings): PlatformLog {
  const logsSuccess = systemLogLevel !== 'WARN';
  const entry = (type: string, record: Readonly<Record<string, unknown>>) =>
    JSON.stringify({ time: new Date().toISOString(), type, record });
  return {
    start: (requestId) =>
      logsSuccess ? [entry('platform.start', { requestId, version: '$LATEST' })] : [],
    report: (requestId, durationMs, error) => {
      if (error === undefined && !logsSuccess) return [];
      return [
        ...(error === undefined
          ? []
          : [
              JSON.stringify({
                timestamp: new Date().toISOString(),
                level: 'ERROR',
                requestId,
                message: { ...error, stackTrace: error.trace },
              }),
            ]),
        entry('platform.report', {
          requestId,
          metrics: { durationMs: Math.round(durationMs * 1_000) / 1_000, memorySizeMB: memoryMb },
          status: error === undefined ? 'success' : 'error',
        }),
      ];
    },
  };
}
