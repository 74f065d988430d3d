import type { StackControl } from '@leaderboard/local/stack-control';

/** Of functions that read and write objects. */
type S3Operation = 'GetObject' | 'PutObject';

/** What the functions of a stack log, and ask of S3. */
export interface FunctionMeter {
  /** Bytes in the logs of these functions so far. */
  logBytes(...functions: string[]): Promise<number>;
  /** Requests of a function to S3 since the start. */
  s3Requests(functionName: string, operation: S3Operation): Promise<number>;
}

/** Counts the requests of these functions to S3 from now on, by faults that do nothing. */
export async function startFunctionMeter(
  control: StackControl,
  readersOfS3: readonly string[],
): Promise<FunctionMeter> {
  for (const functionName of readersOfS3) {
    for (const operation of ['GetObject', 'PutObject'] satisfies S3Operation[]) {
      await control.inject({
        service: 's3',
        operation,
        function: functionName,
        when: 'before',
        effect: { delay_ms: 0 },
      });
    }
  }
  const logs = new Map<string, { bytes: number; last: string | undefined }>();
  return {
    logBytes: async (...functions) => {
      let total = 0;
      for (const name of functions) {
        const log = logs.get(name) ?? { bytes: 0, last: undefined };
        const lines = newLines(await control.logLines(`/aws/lambda/${name}`), log.last);
        log.bytes += lines.reduce((bytes, line) => bytes + Buffer.byteLength(line) + 1, 0);
        log.last = lines.at(-1) ?? log.last;
        logs.set(name, log);
        total += log.bytes;
      }
      return total;
    },
    s3Requests: async (functionName, operation) => {
      const counted = (await control.faults()).filter(
        ({ fault }) => fault.function === functionName && fault.operation === operation,
      );
      return counted.reduce((total, { hits }) => total + hits, 0);
    },
  };
}

/** The lines after the last one that is known. Each has its time or the id of its invocation. */
function newLines(lines: readonly string[], last: string | undefined): readonly string[] {
  if (last === undefined) return lines;
  const known = lines.lastIndexOf(last);
  if (known >= 0) return lines.slice(known + 1);
  throw new Error('A function has logged more lines than the local stack keeps: read them earlier');
}
