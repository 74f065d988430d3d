/** What a default may depend on. */
export interface StackIdentity {
  environmentSuffix: string;
}

/** One setting: how its string is read, its default, and how the documentation describes it. */
export interface Setting<T> {
  /** The value when the stack does not set the key. */
  defaultFor(stack: StackIdentity): T;
  /** The value of the string, or undefined when it is not allowed. */
  parse(text: string): T | undefined;
  /** The default as the documentation shows it. */
  defaultText: string;
  /** The allowed values as documentation and error messages show them. */
  allowed: string;
  about: string;
  /** The requirement or the service limit that the default and the range come from. */
  source: string;
}

export interface Described {
  about: string;
  source: string;
}

export interface IntegerRange extends Described {
  default: number;
  min: number;
  max: number;
  multipleOf?: number;
  unit: string;
}

const DECIMAL_INTEGER = /^-?\d+$/;

/** A whole number from `min` to `max`. */
export function integer({ about, source, ...range }: IntegerRange): Setting<number> {
  const step = range.multipleOf ?? 1;
  const stepText = step === 1 ? '' : `, a multiple of ${step}`;
  return {
    defaultFor: () => range.default,
    parse: (text) => {
      const value = DECIMAL_INTEGER.test(text) ? Number(text) : Number.NaN;
      return value >= range.min && value <= range.max && value % step === 0 ? value : undefined;
    },
    defaultText: `${range.default} ${range.unit}`,
    allowed: `${range.min} to ${range.max} ${range.unit}${stepText}`,
    about,
    source,
  };
}

/** A whole number, or the word `none`, which leaves the input unset. */
export function integerOrNone(range: IntegerRange): Setting<number | 'none'> {
  const number = integer(range);
  return {
    ...number,
    parse: (text) => (text === 'none' ? 'none' : number.parse(text)),
    allowed: `${number.allowed}, or none`,
  };
}

/** One of a closed set of strings or numbers. */
export function choice<const T extends string | number>({
  about,
  source,
  ...args
}: Described & { default: NoInfer<T>; values: readonly T[]; unit?: string }): Setting<T> {
  const unit = args.unit === undefined ? '' : ` ${args.unit}`;
  return {
    defaultFor: () => args.default,
    parse: (text) => args.values.find((value) => String(value) === text),
    defaultText: `${args.default}${unit}`,
    allowed: `one of ${args.values.join(', ')}${unit}`,
    about,
    source,
  };
}

/** A string of a given shape. */
export function text({
  about,
  source,
  ...args
}: Described & { default: string; pattern: RegExp; shape: string }): Setting<string> {
  return {
    defaultFor: () => args.default,
    parse: (value) => (args.pattern.test(value) ? value : undefined),
    defaultText: `\`${args.default}\``,
    allowed: args.shape,
    about,
    source,
  };
}

/** A string of a given shape that may be left out. */
export function optionalText({
  about,
  source,
  ...args
}: Described & { pattern: RegExp; shape: string }): Setting<string | undefined> {
  return {
    defaultFor: () => undefined,
    parse: (text) => (args.pattern.test(text) ? text : undefined),
    defaultText: 'none',
    allowed: args.shape,
    about,
    source,
  };
}

/** Strings of a given shape, separated by commas. */
export function list({
  about,
  source,
  ...args
}: Described & { pattern: RegExp; shape: string }): Setting<readonly string[]> {
  return {
    defaultFor: () => [],
    parse: (text) => {
      const items = text.split(',').map((item) => item.trim());
      return items.every((item) => args.pattern.test(item)) ? items : undefined;
    },
    defaultText: 'none',
    allowed: args.shape,
    about,
    source,
  };
}

/** A whole number from `min` to `max` that may be left out. */
export function optionalInteger(range: Omit<IntegerRange, 'default'>): Setting<number | undefined> {
  return {
    ...integer({ ...range, default: range.min }),
    defaultFor: () => undefined,
    defaultText: 'none',
  };
}

/** `true` or `false`. */
export function flag({
  about,
  source,
  ...args
}: Described & {
  default: (stack: StackIdentity) => boolean;
  defaultText: string;
}): Setting<boolean> {
  return {
    defaultFor: args.default,
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    defaultText: args.defaultText,
    allowed: 'true or false',
    about,
    source,
  };
}
