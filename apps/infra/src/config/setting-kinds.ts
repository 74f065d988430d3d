/** What a default may depend on. */
export interface StackIdentity {
  environmentSuffix: string;
}

/** One setting: how its text is read, what it falls back to, and how the documentation describes it. */
export interface ConfigOption<T> {
  /** The value when the stack does not set the key. */
  defaultFor(stack: StackIdentity): T;
  /** The value that the text stands for, or undefined when it is outside of the allowed range. */
  parse(text: string): T | undefined;
  /** The default as the documentation shows it. */
  defaultText: string;
  /** The allowed range as documentation and error messages show it. */
  allowed: string;
  about: string;
  /** The requirement or the service limit that the default and the range come from. */
  source: string;
}

interface Described {
  about: string;
  source: string;
}

interface IntegerRange extends Described {
  default: number;
  min: number;
  max: number;
  multipleOf?: number;
  unit: string;
}

const DECIMAL_INTEGER = /^-?\d+$/;

/** A whole number between `min` and `max`, both included. */
export function integer(range: IntegerRange): ConfigOption<number> {
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
    about: range.about,
    source: range.source,
  };
}

/** A whole number, or the word `none`, which leaves the thing unset. */
export function integerOrNone(range: IntegerRange): ConfigOption<number | 'none'> {
  const number = integer(range);
  return {
    ...number,
    parse: (text) => (text === 'none' ? 'none' : number.parse(text)),
    allowed: `${number.allowed}, or none`,
  };
}

/** One of a closed set of words or numbers. */
export function choice<const T extends string | number>(
  args: Described & { default: NoInfer<T>; values: readonly T[]; unit?: string },
): ConfigOption<T> {
  const unit = args.unit === undefined ? '' : ` ${args.unit}`;
  return {
    defaultFor: () => args.default,
    parse: (text) => args.values.find((value) => String(value) === text),
    defaultText: `${args.default}${unit}`,
    allowed: `one of ${args.values.join(', ')}${unit}`,
    about: args.about,
    source: args.source,
  };
}

/** A text of a given shape. */
export function text(
  args: Described & { default: string; pattern: RegExp; shape: string },
): ConfigOption<string> {
  return {
    defaultFor: () => args.default,
    parse: (value) => (args.pattern.test(value) ? value : undefined),
    defaultText: `\`${args.default}\``,
    allowed: args.shape,
    about: args.about,
    source: args.source,
  };
}

/** A text of a given shape that may be left out. */
export function optionalText(
  args: Described & { pattern: RegExp; shape: string },
): ConfigOption<string | undefined> {
  return {
    defaultFor: () => undefined,
    parse: (text) => (args.pattern.test(text) ? text : undefined),
    defaultText: 'none',
    allowed: args.shape,
    about: args.about,
    source: args.source,
  };
}

/** `true` or `false`. */
export function flag(
  args: Described & { default: (stack: StackIdentity) => boolean; defaultText: string },
): ConfigOption<boolean> {
  return {
    defaultFor: args.default,
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    defaultText: args.defaultText,
    allowed: 'true or false',
    about: args.about,
    source: args.source,
  };
}
