/** The data of a worker thread at its start. */
export interface WorkerSetup {
  readonly bundle: string;
  readonly handlerExport: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** The event as JSON, as a Lambda runtime receives it. */
  readonly event: string;
  /** When the invocation times out, ms since the epoch. */
  readonly deadlineMs: number;
  readonly traceId: string;
}

/** An error of a function, as Lambda returns it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  /** `payload` is the result as JSON. */
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };
