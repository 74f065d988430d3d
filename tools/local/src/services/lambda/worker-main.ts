import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

import type {
  FunctionError,
  InvokeMessage,
  WorkerMessage,
  WorkerSetup,
} from './worker-protocol.ts';

type Handler = (event: unknown, context: unknown) => unknown;

/** The Lambda runtime in a worker thread: loads the bundle once, then handles one invocation at a time. */
const setup = workerData as WorkerSetup;

try {
  const handler = await loadHandler();
  parentPort?.on('message', (message: InvokeMessage) => {
    void handle(handler, message);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'init-failed', error: describe(error) });
}

async function loadHandler(): Promise<Handler> {
  const bundle = (await import(pathToFileURL(setup.bundle).href)) as Record<string, unknown>;
  const handler = bundle[setup.handlerExport];
  if (typeof handler !== 'function') {
    const error = new Error(`${setup.bundle} has no function "${setup.handlerExport}"`);
    error.name = 'Runtime.HandlerNotFound';
    throw error;
  }
  return handler as Handler;
}

async function handle(handler: Handler, message: InvokeMessage): Promise<void> {
  process.env['_X_AMZN_TRACE_ID'] = message.traceId;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    // JSON.stringify returns undefined for a handler that returns nothing; Lambda returns null.
    send({ kind: 'returned', payload: (JSON.stringify(result) as string | undefined) ?? 'null' });
  } catch (error) {
    send({ kind: 'failed', error: describe(error) });
  }
}

function contextOf(message: InvokeMessage) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: setup.logGroup,
    logStreamName: setup.logStream,
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - Date.now()),
  };
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: error.stack?.split('\n') ?? [],
  };
}

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
