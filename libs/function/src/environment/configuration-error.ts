/** A variable of a function's environment is missing or has a value that cannot be used. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'InvalidConfiguration';
  readonly variable: string;

  /** The message reads: Environment variable `variable` `problem`. Set it to `remedy`. */
  constructor(variable: string, problem: string, remedy: string) {
    super(`Environment variable ${variable} ${problem}. Set it to ${remedy}.`);
    this.variable = variable;
  }
}
