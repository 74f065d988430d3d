/** An error of SQS. `queryCode` is its name in the older query protocol, which SDKs read from a header. */
export class SqsError extends Error {
  readonly code: string;
  readonly queryCode: string;

  constructor(code: string, message: string, queryCode = code) {
    super(message);
    this.code = code;
    this.queryCode = queryCode;
  }
}

export function missing(parameter: string): SqsError {
  return new SqsError('MissingParameter', `The request must contain the parameter ${parameter}.`);
}

export function invalid(message: string): SqsError {
  return new SqsError('InvalidParameterValue', message);
}

/** @throws SqsError for a number outside of a range. */
export function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${String(least)} and ${String(most)}, if provided.`,
  );
}
