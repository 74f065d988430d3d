import {
  BoardDefinitionsError,
  parseBoardDefinitions,
  type BoardDefinitions,
} from '@leaderboard/ranking';
import { ConfigurationError } from './configuration-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The names under which a function logs and counts. */
export interface TelemetryNames {
  readonly serviceName: string;
  readonly metricsNamespace: string;
}

const SECONDS_PER_DAY = 86_400;

/**
 * Reads and checks a function's environment, once, at its start. There are no defaults, because a function that is
 * configured wrongly must not start. Values are trimmed. Every method throws {@link ConfigurationError}, naming the
 * variable and what to set it to.
 *
 * @example
 * ```ts
 * const environment = new EnvironmentReader(process.env);
 * const table = environment.text('DYNAMODB_TABLE', 'the name of the events table');
 * ```
 */
export class EnvironmentReader {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(variable: string, remedy: string): string {
    const value = this.#environment[variable]?.trim();
    if (value === undefined) throw new ConfigurationError(variable, 'is not set', remedy);
    if (value === '') throw new ConfigurationError(variable, 'is empty', remedy);
    return value;
  }

  /** `undefined` when the variable is not set; set but empty is a mistake. */
  optionalText(variable: string, remedy: string): string | undefined {
    return this.#environment[variable] === undefined ? undefined : this.text(variable, remedy);
  }

  /** From 1 to 999,999, in decimal digits only. */
  positiveInteger(variable: string, remedy: string): number {
    return Number(this.#textThat(isPositiveInteger, variable, 'a whole number above 0', remedy));
  }

  /** From 1 to `greatest`, which is at most 999,999, in decimal digits only. */
  positiveIntegerUpTo(greatest: number, variable: string, remedy: string): number {
    return Number(
      this.#textThat(
        (value) => isPositiveInteger(value) && Number(value) <= greatest,
        variable,
        `a whole number from 1 to ${greatest}`,
        remedy,
      ),
    );
  }

  /** A number of days, from 1 to `greatest` (999,999 if left out), in seconds. */
  days(variable: string, remedy: string, greatest?: number): number {
    const days =
      greatest === undefined
        ? this.positiveInteger(variable, remedy)
        : this.positiveIntegerUpTo(greatest, variable, remedy);
    return days * SECONDS_PER_DAY;
  }

  url(variable: string, remedy: string): string {
    return this.#textThat((value) => URL.canParse(value), variable, 'a URL', remedy);
  }

  /** An http or https URL with a path. */
  queueUrl(variable: string, remedy: string): string {
    return this.#textThat(
      (value) => /^https?:\/\/[^/]+\/./.test(value) && URL.canParse(value),
      variable,
      'the URL of a queue',
      remedy,
    );
  }

  fifoQueueUrl(variable: string, remedy: string): string {
    return this.#textThat(
      (value) => URL.canParse(value) && value.endsWith('.fifo'),
      variable,
      "a FIFO queue's URL",
      remedy,
    );
  }

  /**
   * A value with a format of its own. `parse` says what is wrong with it by throwing what `unusable` makes of a
   * problem; whatever else it throws passes through.
   *
   * @example
   * ```ts
   * const colour = environment.parsed('COLOUR', 'red or blue', (value, unusable) => {
   *   if (value === 'red' || value === 'blue') return value;
   *   throw unusable(`is "${value}", not a colour`);
   * });
   * ```
   */
  parsed<T>(
    variable: string,
    remedy: string,
    parse: (value: string, unusable: (problem: string) => ConfigurationError) => T,
  ): T {
    return parse(
      this.text(variable, remedy),
      (problem) => new ConfigurationError(variable, problem, remedy),
    );
  }

  /** The boards of `BOARD_DEFINITIONS`, complete. */
  boardDefinitions(): BoardDefinitions {
    return this.parsed(
      'BOARD_DEFINITIONS',
      'the board definitions as JSON, by default the content of libs/ranking/boards.json',
      (value, unusable) => {
        try {
          return parseBoardDefinitions(JSON.parse(value));
        } catch (error) {
          if (error instanceof SyntaxError) throw unusable(`is not JSON: ${error.message}`);
          if (!(error instanceof BoardDefinitionsError)) throw error;
          throw unusable(`is not usable. ${error.message}\n`);
        }
      },
    );
  }

  /** What every function needs for its logs and metrics. */
  telemetryNames(serviceRemedy: string): TelemetryNames {
    return {
      serviceName: this.text('POWERTOOLS_SERVICE_NAME', serviceRemedy),
      metricsNamespace: this.text(
        'POWERTOOLS_METRICS_NAMESPACE',
        'the CloudWatch namespace of the metrics, for example Leaderboard',
      ),
    };
  }

  #textThat(
    isUsable: (value: string) => boolean,
    variable: string,
    kind: string,
    remedy: string,
  ): string {
    const value = this.text(variable, remedy);
    if (isUsable(value)) return value;
    throw new ConfigurationError(variable, `is "${value}", not ${kind}`, remedy);
  }
}

function isPositiveInteger(value: string): boolean {
  return /^[1-9]\d{0,5}$/.test(value);
}
