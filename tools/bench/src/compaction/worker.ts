/** What one run of the compactor took. */
export interface Run {
  readonly milliseconds: number;
  /** Log items that were merged. */
  readonly absorbed: number;
  /** The largest memory of the process until now, in MB. */
  readonly megabytes: number;
}

type Handler = (event: unknown, context: unknown) => Promise<{ absorbed: number }>;

const CONTEXT = {
  functionName: 'bench',
  functionVersion: '1',
  memoryLimitInMB: '512',
  awsRequestId: 'bench',
  invokedFunctionArn: 'arn:aws:lambda:us-west-1:000000000000:function:bench',
  getRemainingTimeInMillis: () => 900_000,
};

/** Runs the compactor as one instance of Lambda does. */
const { handler } = (await import(process.argv[2] ?? '')) as { handler: Handler };

async function run(event: object): Promise<Run> {
  const start = performance.now();
  const { absorbed } = await handler(event, CONTEXT);
  const milliseconds = performance.now() - start;
  return { milliseconds, absorbed, megabytes: process.resourceUsage().maxRSS / 1_024 };
}

process.on('message', (event: object) => {
  void run(event).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
