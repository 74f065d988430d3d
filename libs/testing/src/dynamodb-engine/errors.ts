export type EngineErrorCode = 'EngineFailed' | 'EngineMissing' | 'InvalidEndpoint';

/** No DynamoDB engine can be used. The message says what was looked for, and what to do next. */
export class DynamoDbEngineError extends Error {
  override readonly name = 'DynamoDbEngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
