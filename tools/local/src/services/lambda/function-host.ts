import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { once, EventEmitter } from 'node:events';

import { LocalStackError } from '../../shared/errors.ts';
import type { CredentialRegistry } from '../gateway/credentials.ts';
import { workerEnvironment, type ServiceEndpoints } from './environment.ts';
import { FunctionLog, type LogServices } from './function-log.ts';
import type { FunctionSettings } from './function-settings.ts';
import { FunctionWorker, type WorkerOutcome } from './function-worker.ts';
import { platformLog, type PlatformLog } from './platform-log.ts';
import { FunctionTracing, type TracingServices } from './tracing.ts';
import type { FunctionError } from './worker-protocol.ts';

/** Concurrency of a function without a reservation. An account has 1,000; a developer's machine cannot run so many. */
const UNRESERVED_CONCURRENCY = 10;

const BUNDLE_EXTENSIONS = ['.mjs', '.js', '.cjs'];

export type InvocationResult =
  /** `payload` is what the handler returned, converted through JSON. */
  | { readonly kind: 'returned'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly error: FunctionError };

/** Thrown for an invocation beyond the function's concurrency. */
export class TooManyRequestsException extends Error {
  override readonly name = 'TooManyRequestsException';

  constructor(functionName: string, concurrency: number) {
    super(
      `Rate Exceeded: all ${String(concurrency)} concurrent executions of ${functionName} are in use.`,
    );
  }
}

/** What Lambda uses of other services to run a function. */
export interface FunctionPlatform extends LogServices, TracingServices {
  readonly credentials: CredentialRegistry;
  readonly endpoints: ServiceEndpoints;
}

/** A deployed function: its warm workers, of which no more run at the same time than its concurrency allows. */
export class FunctionHost {
  readonly settings: FunctionSettings;
  readonly #platform: FunctionPlatform;
  readonly #bundle: string;
  readonly #platformLog: PlatformLog;
  readonly #log: FunctionLog;
  readonly #tracing: FunctionTracing;
  readonly #idle: FunctionWorker[] = [];
  readonly #workers = new Set<FunctionWorker>();
  readonly #events = new EventEmitter();
  #running = 0;
  #stopping = false;

  constructor(settings: FunctionSettings, platform: FunctionPlatform) {
    this.settings = settings;
    this.#platform = platform;
    this.#bundle = findBundle(settings);
    this.#platformLog = platformLog(settings);
    this.#log = new FunctionLog(settings, platform);
    this.#tracing = new FunctionTracing(settings, platform);
    this.#events.setMaxListeners(0);
  }

  get concurrency(): number {
    return this.settings.reservedConcurrency ?? UNRESERVED_CONCURRENCY;
  }

  /**
   * Invokes the function and waits for its result, as an invocation of type RequestResponse does. An error of the
   * function is a result, not an exception.
   *
   * @param requestId the same for every attempt of an asynchronous invocation
   * @throws TooManyRequestsException if all its concurrency is in use
   */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<InvocationResult> {
    if (this.#running >= this.concurrency) {
      throw new TooManyRequestsException(this.settings.name, this.concurrency);
    }
    this.#running += 1;
    const worker = this.#idle.pop() ?? this.#startWorker();
    try {
      return await this.#invokeOn(worker, JSON.stringify(event), requestId);
    } finally {
      this.#running -= 1;
      if (worker.usable) this.#idle.push(worker);
      this.#events.emit('free');
    }
  }

  /** Resolves when an invocation ends. */
  async whenFree(signal: AbortSignal): Promise<void> {
    await once(this.#events, 'free', { signal });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
  }

  async #invokeOn(
    worker: FunctionWorker,
    event: string,
    requestId: string,
  ): Promise<InvocationResult> {
    const startedAt = performance.now();
    this.#log.write(worker.logStream, this.#platformLog.start(requestId));
    void this.#tracing.traceInvocation();
    const outcome = await worker.invoke(requestId, event, newTraceId());
    const error = outcome.kind === 'failed' ? outcome.error : undefined;
    const durationMs = performance.now() - startedAt;
    this.#log.write(worker.logStream, this.#platformLog.report(requestId, durationMs, error));
    if (error !== undefined && !this.#stopping) {
      this.#platform.report(describeFailure(this.settings.name, error));
    }
    return toResult(outcome);
  }

  #startWorker(): FunctionWorker {
    const { settings } = this;
    const credentials = this.#platform.credentials.issue({
      sessionName: settings.name,
      roleArn: settings.roleArn,
      kill: () => {
        worker.end('Runtime.ExitError', 'Error: Runtime exited with error: signal: killed');
      },
    });
    const logStream = `local/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const worker = new FunctionWorker({
      settings,
      bundle: this.#bundle,
      handlerExport: settings.handler.slice(settings.handler.lastIndexOf('.') + 1),
      environment: workerEnvironment(settings, credentials, this.#platform.endpoints, logStream),
      credentials,
      logStream,
      onLine: (line) => {
        this.#log.write(logStream, [line]);
      },
      onExit: (exited) => {
        this.#workers.delete(exited);
        const index = this.#idle.indexOf(exited);
        if (index !== -1) this.#idle.splice(index, 1);
        this.#platform.credentials.revoke(exited.credentials);
      },
    });
    this.#workers.add(worker);
    return worker;
  }
}

function describeFailure(functionName: string, error: FunctionError): string {
  const trace = error.trace.length > 1 ? `\n${error.trace.slice(1).join('\n')}` : '';
  return `${functionName} failed: ${error.errorType}: ${error.errorMessage}${trace}`;
}

function findBundle(settings: FunctionSettings): string {
  const file = settings.handler.slice(0, settings.handler.lastIndexOf('.'));
  const candidates = BUNDLE_EXTENSIONS.map((extension) =>
    join(settings.taskRoot, file + extension),
  );
  const bundle = candidates.find((candidate) => existsSync(candidate));
  if (bundle !== undefined) return bundle;
  const project = /[/\\]apps[/\\]([^/\\]+)[/\\]dist[/\\]/.exec(settings.taskRoot + '/')?.[1];
  throw new LocalStackError(
    'BundleMissing',
    `Function "${settings.name}": its code is missing, looked for ${candidates[0] ?? file}. ` +
      `Build it with: npx nx run ${project ?? '<project>'}:build`,
  );
}

function toResult(outcome: WorkerOutcome): InvocationResult {
  return outcome.kind === 'returned'
    ? { kind: 'returned', payload: JSON.parse(outcome.payload) as unknown }
    : outcome;
}

/** Lambda sets a trace header on every invocation; not sampled, because there is no X-Ray daemon to receive segments. */
function newTraceId(): string {
  const id = randomUUID().replaceAll('-', '');
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${id.slice(0, 24)};Parent=${id.slice(16)};Sampled=0`;
}
