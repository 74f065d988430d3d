import { EnvironmentReader, type Environment } from '@leaderboard/function';
import { readRouterConfig, type RouterConfig } from '../router/config.ts';

export interface SweepConfig extends RouterConfig {
  /** Younger events are left to the router and its retries, in ms. */
  readonly minAgeMs: number;
}

/** The router's variables and the sweep's own. @throws {ConfigurationError} naming the variable and what to set it to. */
export function readSweepConfig(environment: Environment): SweepConfig {
  const reader = new EnvironmentReader(environment);
  return {
    ...readRouterConfig(environment),
    minAgeMs:
      reader.positiveInteger(
        'SWEEP_MIN_AGE_SECONDS',
        "the seconds that the router and its retries take at most, for example 360: 3 runs of 60 s and Lambda's pauses of 60 s and 120 s",
      ) * 1000,
  };
}
