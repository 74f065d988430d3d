import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';

import type { SessionCredentials } from '../gateway/credentials.ts';
import type { FunctionSettings } from './function-settings.ts';
import type {
  FunctionError,
  InvokeMessage,
  WorkerMessage,
  WorkerSetup,
} from './worker-protocol.ts';

export type WorkerOutcome =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

export interface FunctionWorkerOptions {
  readonly settings: FunctionSettings;
  readonly bundle: string;
  readonly handlerExport: string;
  readonly environment: Record<string, string>;
  readonly credentials: SessionCredentials;
  readonly logStream: string;
  readonly onLine: (line: string) => void;
  readonly onExit: (worker: FunctionWorker) => void;
}

/**
 * Lambda's limit for loading the code before the first invocation. Beyond it Lambda loads it once more as a part of that
 * invocation, under the function's timeout ("Lambda execution environment lifecycle"); here the first load continues.
 */
const INIT_TIMEOUT_MS = 10_000;

/**
 * Below the 16 MB by which Node raises a worker's heap limit while it ends the worker. A larger young generation, promoted
 * into a full heap, would end the whole process instead of the worker.
 */
const YOUNG_GENERATION_MB = 15;

/** One execution environment: a thread with its own module graph, environment variables and heap limit. */
export class FunctionWorker {
  readonly credentials: SessionCredentials;
  readonly logStream: string;
  readonly #settings: FunctionSettings;
  readonly #thread: Worker;
  readonly #ready: Promise<FunctionError | undefined>;
  #crash: FunctionError | undefined;
  #settle: ((outcome: WorkerOutcome) => void) | undefined;
  #exited = false;

  constructor(options: FunctionWorkerOptions) {
    this.credentials = options.credentials;
    this.logStream = options.logStream;
    this.#settings = options.settings;
    const setup: WorkerSetup = {
      bundle: options.bundle,
      handlerExport: options.handlerExport,
      functionName: options.settings.name,
      functionArn: options.settings.arn,
      memoryMb: options.settings.memoryMb,
      logGroup: options.settings.logGroup,
      logStream: options.logStream,
    };
    this.#thread = new Worker(new URL('./worker-main.ts', import.meta.url), {
      name: options.settings.name,
      env: options.environment,
      argv: [],
      workerData: setup,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: options.settings.memoryMb,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    forEachLine(this.#thread.stdout, options.onLine);
    forEachLine(this.#thread.stderr, options.onLine);

    let announce: (error: FunctionError | undefined) => void = () => undefined;
    this.#ready = new Promise((resolve) => {
      announce = resolve;
    });
    const initMs = INIT_TIMEOUT_MS + options.settings.timeoutSeconds * 1_000;
    const initTimer = setTimeout(() => {
      this.end('Runtime.ExitError', `Init phase exceeded ${String(initMs / 1_000)} seconds`);
    }, initMs);
    this.#thread.on('message', (message: WorkerMessage) => {
      if (message.kind === 'returned' || message.kind === 'failed') {
        this.#settle?.(message);
        return;
      }
      clearTimeout(initTimer);
      announce(message.kind === 'ready' ? undefined : message.error);
    });
    this.#thread.on('error', (error: unknown) => {
      this.#crash ??= crashError(error);
    });
    this.#thread.on('exit', (code) => {
      clearTimeout(initTimer);
      this.#exited = true;
      const crash = (this.#crash ??= {
        errorType: 'Runtime.ExitError',
        errorMessage: `Error: Runtime exited with error: exit status ${String(code)}`,
        trace: [],
      });
      announce(crash);
      this.#settle?.({ kind: 'failed', error: crash });
      options.onExit(this);
    });
  }

  get usable(): boolean {
    return !this.#exited && this.#crash === undefined;
  }

  /**
   * Runs the handler once; the caller starts no second invocation before this one is settled. The timeout starts when the
   * code is loaded, as in Lambda, and ends the thread.
   */
  async invoke(requestId: string, event: string, traceId: string): Promise<WorkerOutcome> {
    const initError = await this.#ready;
    if (initError !== undefined) {
      const error = this.#crash === undefined ? initError : withRequestId(this.#crash, requestId);
      this.end('Runtime.ExitError', 'Init failed');
      return { kind: 'failed', error };
    }
    const timeoutMs = this.#settings.timeoutSeconds * 1_000;
    const message: InvokeMessage = {
      requestId,
      event,
      deadlineMs: Date.now() + timeoutMs,
      traceId,
    };
    const settled = new Promise<WorkerOutcome>((resolve) => {
      this.#settle = resolve;
    });
    const timer = setTimeout(() => {
      this.end(
        'Sandbox.Timedout',
        `Error: Task timed out after ${this.#settings.timeoutSeconds.toFixed(2)} seconds`,
      );
    }, timeoutMs);
    this.#thread.postMessage(message);
    const outcome = await settled;
    clearTimeout(timer);
    this.#settle = undefined;
    return this.#crash === undefined || outcome.kind === 'returned'
      ? outcome
      : { kind: 'failed', error: withRequestId(this.#crash, requestId) };
  }

  /** Ends the thread immediately; a running invocation fails with this error. */
  end(errorType: string, errorMessage: string): void {
    this.#crash ??= { errorType, errorMessage, trace: [] };
    void this.#thread.terminate();
  }

  async stop(): Promise<void> {
    this.#crash ??= { errorType: 'Runtime.ExitError', errorMessage: 'Stack stopped', trace: [] };
    await this.#thread.terminate();
  }
}

function withRequestId(error: FunctionError, requestId: string): FunctionError {
  return { ...error, errorMessage: `RequestId: ${requestId} ${error.errorMessage}` };
}

function crashError(error: unknown): FunctionError {
  const code = (error as { code?: unknown }).code;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: 'Error: Runtime exited with error: signal: killed',
      trace: [],
    };
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  return {
    errorType: thrown.name,
    errorMessage: `Error: Runtime exited with an uncaught exception: ${thrown.message}`,
    trace: thrown.stack?.split('\n') ?? [],
  };
}

function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
}
