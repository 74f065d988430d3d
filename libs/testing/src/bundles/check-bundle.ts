import { describe, expect, test } from '@jest/globals';
import type { Bundle, Environment } from './bundle.ts';

export interface BundleCheck {
  /** Bytes of the minified bundle that must not be exceeded. */
  readonly sizeBudget: number;
  /** A complete environment; a function where it is known only once the tests run. */
  readonly environment: Environment | (() => Environment);
  /** A variable without which the function must not start. */
  readonly requiredVariable: string;
}

/**
 * Defines the tests that every function's bundle passes: it stays within its size budget, has a source map, loads outside
 * the repository, and refuses to start without its environment.
 *
 * @example
 * checkBundle('processor', new Bundle(file), { sizeBudget: 750_000, environment, requiredVariable: 'DLQ_URL' });
 */
export function checkBundle(name: string, bundle: Bundle, check: BundleCheck): void {
  const environment = () =>
    typeof check.environment === 'function' ? check.environment() : check.environment;

  describe(`the bundle of the ${name}`, () => {
    test('is within its size budget and has a source map', () => {
      expect(bundle.sizeBytes).toBeLessThanOrEqual(check.sizeBudget);
      expect(bundle.hasSourceMap).toBe(true);
    });

    test('loads outside the repository and exports its handler', async () => {
      const output = await bundle.run('console.log(typeof handler);', environment());
      expect(output).toBe('function\n');
    });

    test('does not start without its environment', async () => {
      await expect(bundle.run('', {})).rejects.toThrow('InvalidConfiguration');
    });

    test('does not start with an empty variable and names it', async () => {
      const incomplete = { ...environment(), [check.requiredVariable]: '' };
      await expect(bundle.run('', incomplete)).rejects.toThrow(
        `${check.requiredVariable} is empty`,
      );
    });
  });
}
