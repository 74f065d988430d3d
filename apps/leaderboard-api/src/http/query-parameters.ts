import { ApiError, quoted } from '../errors.ts';

export interface IntegerRule {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/**
 * The query parameters of one request, each at most once. An empty value counts as left out, so that a client may
 * write `cursor=` for the first page.
 *
 * @throws ApiError `BadRequest`: a parameter that the route does not have, or one that is given twice. A mistyped name
 * would otherwise be answered with something else than what was asked for.
 * @example new QueryParameters(url.searchParams, ['window', 'limit']).integer('limit', { min: 1, max: 1000, default: 100 })
 */
export class QueryParameters {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams, allowed: readonly string[]) {
    for (const name of new Set(values.keys())) {
      if (!allowed.includes(name)) {
        const remedy =
          allowed.length === 0 ? 'this route has none' : `this route has ${allowed.join(', ')}`;
        throw new ApiError(
          'BadRequest',
          `Query parameter ${quoted(name)} is not known; ${remedy}.`,
        );
      }
      if (values.getAll(name).length > 1) {
        throw new ApiError('BadRequest', `Query parameter ${name} is given twice; give it once.`);
      }
    }
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === null || value === '' ? undefined : value;
  }

  integer(name: string, rule: IntegerRule): number {
    const text = this.text(name);
    if (text === undefined) return rule.default;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= rule.min && value <= rule.max) return value;
    throw new ApiError(
      'BadRequest',
      `${name} is ${quoted(text)}; use a whole number from ${rule.min} to ${rule.max}.`,
    );
  }
}
