import { ApiError, quoted } from '../errors.ts';

export interface IntegerRule {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/**
 * The query parameters of one request, each at most once. An empty value counts as absent, so that a client may send
 * `cursor=` for the first page.
 *
 * @throws ApiError `BadRequest`: a parameter that the route does not have, or one sent twice. A mistyped name would
 * otherwise give a response to another question.
 * @example new QueryParameters(url.searchParams, ['window', 'limit']).integer('limit', { min: 1, max: 1000, default: 100 })
 */
export class QueryParameters {
  readonly #values: URLSearchParams;

  constructor(values: URLSearchParams, allowed: readonly string[]) {
    for (const name of new Set(values.keys())) {
      if (!allowed.includes(name)) {
        const remedy =
          allowed.length === 0
            ? 'This route takes none'
            : `This route takes: ${allowed.join(', ')}`;
        throw new ApiError('BadRequest', `Unknown query parameter ${quoted(name)}. ${remedy}.`);
      }
      if (values.getAll(name).length > 1) {
        throw new ApiError('BadRequest', `Duplicate query parameter ${name}. Send it once.`);
      }
    }
    this.#values = values;
  }

  string(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === null || value === '' ? undefined : value;
  }

  /** `true` or `false`; false if absent. */
  boolean(name: string): boolean {
    const value = this.string(name);
    if (value === undefined || value === 'false') return false;
    if (value === 'true') return true;
    throw new ApiError('BadRequest', `Invalid ${name} ${quoted(value)}. Use true or false.`);
  }

  integer(name: string, rule: IntegerRule): number {
    const digits = this.string(name);
    if (digits === undefined) return rule.default;
    const value = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
    if (value >= rule.min && value <= rule.max) return value;
    throw new ApiError(
      'BadRequest',
      `Invalid ${name} ${quoted(digits)}. Use a whole number from ${rule.min} to ${rule.max}.`,
    );
  }
}
