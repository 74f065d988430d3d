import { LocalStackError } from '../errors.ts';

/**
 * A target parameter of a pipe: a fixed text, or a path into the event such as `$.dynamodb.Keys.player_id.S`
 * ("Pipes input transformation": dynamic path parameters).
 *
 * @returns what reads it from an event.
 */
export function parameterReader(parameter: string): (event: unknown) => string {
  if (!parameter.startsWith('$')) return () => parameter;
  const path = parameter.split('.').slice(1);
  if (path.length === 0 || !path.every((step) => /^[A-Za-z0-9_-]+$/.test(step))) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `The pipe parameter "${parameter}" is not supported: the local stack reads paths such as $.dynamodb.Keys.player_id.S.`,
    );
  }
  return (event) => {
    const value = path.reduce<unknown>(
      (parent, step) => (parent as Record<string, unknown> | undefined)?.[step],
      event,
    );
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw new Error(`The event has no text or number at ${parameter}: ${JSON.stringify(event)}`);
  };
}
