import { LocalStackError } from '../../shared/errors.ts';

/**
 * A target parameter of a pipe: a fixed string, or a path into the event such as `$.dynamodb.Keys.player_id.S`
 * ("Pipes input transformation": dynamic path parameters).
 *
 * @returns a function that reads it from an event
 */
export function parameterReader(parameter: string): (event: unknown) => string {
  if (!parameter.startsWith('$')) return () => parameter;
  const read = pathReader(parameter);
  return (event) => {
    const value = read(event);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw new Error(`The event has no string or number at ${parameter}: ${JSON.stringify(event)}`);
  };
}

/** @returns a function that reads the value at a path such as `$.dynamodb.Keys`, undefined if the event has none */
export function pathReader(path: string): (event: unknown) => unknown {
  const [root, ...steps] = path.split('.');
  if (root !== '$' || steps.length === 0 || !steps.every((step) => /^[A-Za-z0-9_-]+$/.test(step))) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `The path "${path}" in a pipe is not supported: the local stack reads paths such as $.dynamodb.Keys.player_id.S.`,
    );
  }
  return (event) =>
    steps.reduce<unknown>(
      (parent, step) => (parent as Record<string, unknown> | null | undefined)?.[step],
      event,
    );
}
