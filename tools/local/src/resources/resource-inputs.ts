import { LocalStackError } from '../shared/errors.ts';

/**
 * Reads a resource's inputs and checks their types.
 *
 * Every method throws LocalStackError `InvalidResource` for a wrong type, with the names of the resource and the property.
 */
export class ResourceInputs {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly #owner: string;

  constructor(owner: string, raw: Readonly<Record<string, unknown>>) {
    this.#owner = owner;
    this.raw = raw;
  }

  string(key: string): string {
    const value = this.optionalString(key);
    if (value === undefined) throw this.#wrongType(key, 'a string');
    return value;
  }

  optionalString(key: string): string | undefined {
    const value = this.raw[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw this.#wrongType(key, 'a string');
    return value;
  }

  optionalNumber(key: string): number | undefined {
    const value = this.raw[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number') throw this.#wrongType(key, 'a number');
    return value;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.raw[key] ?? fallback;
    if (typeof value !== 'boolean') throw this.#wrongType(key, 'a boolean');
    return value;
  }

  strings(key: string): string[] {
    return this.#list(key).map((value) => {
      if (typeof value !== 'string') throw this.#wrongType(key, 'a list of strings');
      return value;
    });
  }

  children(key: string): ResourceInputs[] {
    return this.#list(key).map((value, index) => this.#child(`${key}[${String(index)}]`, value));
  }

  child(key: string): ResourceInputs | undefined {
    const value = this.raw[key];
    return value === undefined || value === null ? undefined : this.#child(key, value);
  }

  stringRecord(key: string): Record<string, string> {
    const child = this.child(key);
    if (child === undefined) return {};
    return Object.fromEntries(Object.keys(child.raw).map((name) => [name, child.string(name)]));
  }

  /** Rejects a property that the local stack would silently ignore although it changes behaviour. */
  unsupported(key: string, reason: string): void {
    const value = this.raw[key];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
      return;
    throw new LocalStackError(
      'UnsupportedProperty',
      `${this.#owner}: the local stack does not support "${key}" (${JSON.stringify(value)}): ${reason}`,
    );
  }

  #list(key: string): unknown[] {
    const value = this.raw[key] ?? [];
    if (!Array.isArray(value)) throw this.#wrongType(key, 'a list');
    return value;
  }

  #child(key: string, value: unknown): ResourceInputs {
    if (typeof value !== 'object' || value === null) throw this.#wrongType(key, 'an object');
    return new ResourceInputs(`${this.#owner}.${key}`, value as Record<string, unknown>);
  }

  #wrongType(key: string, expected: string): LocalStackError {
    return new LocalStackError(
      'InvalidResource',
      `${this.#owner}: "${key}" must be ${expected}, got ${JSON.stringify(this.raw[key])}. Correct it in the Pulumi program.`,
    );
  }
}
