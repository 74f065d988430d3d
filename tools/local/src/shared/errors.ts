export type LocalStackErrorCode =
  | 'BundleMissing'
  | 'EngineFailed'
  | 'EngineMissing'
  | 'InvalidEndpoint'
  | 'InvalidOption'
  | 'InvalidResource'
  | 'ProgramFailed'
  | 'StackFailed'
  | 'UnknownFunctionCall'
  | 'UnknownResourceType'
  | 'UnsupportedProperty';

/** A failure to start or use the local stack. The message says what was wrong and what to do next. */
export class LocalStackError extends Error {
  override readonly name = 'LocalStackError';
  readonly code: LocalStackErrorCode;

  constructor(code: LocalStackErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
