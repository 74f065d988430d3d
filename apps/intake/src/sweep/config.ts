import { EnvironmentReader, type Environment } from '@leaderboard/function';
import { readRouterConfig, type RouterConfig } from '../router/config.ts';

export interface SweepConfig extends RouterConfig {
  /** The sweep leaves younger events to the router and its retries, in ms. */
  readonly minAgeMs: number;
}

/** Reads the router's variables and one more. @throws {ConfigurationError} */
export function readSweepConfig(environment: Environment): SweepConfig {
  const reader = new EnvironmentReader(environment);
  return {
    ...readRouterConfig(environment),
    minAgeMs:
      reader.positiveInteger(
        'SWEEP_MIN_AGE_SECONDS',
        "the seconds that the router and its retries take at most, for example 360: 3 runs of 60 s, and Lambda's pauses of 60 s and 120 s",
      ) * 1000,
  };
}
