import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** What a function took for its batches, one after the other. */
export interface Run {
  readonly elapsedMs: number;
  readonly cpuMs: number;
  /** Records that were returned to the queue. */
  readonly returned: number;
}

type Handler = (event: SQSEvent, context: unknown) => Promise<SQSBatchResponse>;

const CONTEXT = {
  functionName: 'bench',
  functionVersion: '1',
  memoryLimitInMB: '512',
  awsRequestId: 'bench',
  invokedFunctionArn: 'arn:aws:lambda:us-west-1:000000000000:function:bench',
  getRemainingTimeInMillis: () => 30_000,
};

/** Runs a function as one instance of Lambda does: a batch at a time. */
const { handler } = (await import(process.argv[2] ?? '')) as { handler: Handler };

async function run(batches: readonly SQSRecord[][]): Promise<Run> {
  let returned = 0;
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (const Records of batches) {
    const { batchItemFailures } = await handler({ Records }, CONTEXT);
    returned += batchItemFailures.length;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { elapsedMs: performance.now() - start, cpuMs: (user + system) / 1_000, returned };
}

process.on('message', (batches: readonly SQSRecord[][]) => {
  void run(batches).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
