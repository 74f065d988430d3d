/** What the stack hands a worker thread at its start. */
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
  /** The event as JSON text, as Lambda hands it to a runtime. */
  readonly event: string;
  /** When the invocation times out, ms since the epoch. */
  readonly deadlineMs: number;
  readonly traceId: string;
}

/** An error in the form in which Lambda answers an invocation that failed. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  /** `payload` is the result as JSON text. */
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };
