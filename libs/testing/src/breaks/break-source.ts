import type { Break } from './break.ts';

/** A break that is out of date: the code that it changes has changed. */
export class MisfitBreakError extends Error {
  override readonly name = 'MisfitBreakError';
  readonly code = 'MisfitBreak';
}

/**
 * The source of a file with a break in it.
 *
 * @throws {MisfitBreakError} unless the text that the break replaces appears exactly once
 */
export function breakSource(source: string, { name, file, find, replacement }: Break): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new MisfitBreakError(
      `The break "${name}" replaces a text that must appear once in ${file}, and appears ${parts.length - 1} times: ${find}\n` +
        'Adapt the break in the file of breaks.',
    );
  }
  return parts.join(replacement);
}
