import { ConfigurationError, resolveStackConfig } from '../config/stack-config.ts';

/** The configuration of a stack that sets these keys. */
export function resolve(
  stackConfig: Record<string, string> = {},
  { stack = 'dev', suffix }: { stack?: string; suffix?: string } = {},
) {
  return resolveStackConfig({ stack, stackConfig, environment: { ENVIRONMENT_SUFFIX: suffix } });
}

/** What is wrong with it: nothing when it is valid. */
export function problemsOf(...args: Parameters<typeof resolve>): readonly string[] {
  try {
    resolve(...args);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
