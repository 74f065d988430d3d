import { LocalStackError } from '../../shared/errors.ts';
import { pathReader } from './record-path.ts';

/** Longest input template, in characters (EventBridge Pipes API: PipeTargetParameters). */
const MAX_TEMPLATE_LENGTH = 8_192;

/** A part of a template: literal text, or a placeholder for a value of the event. */
type Part =
  string | { readonly isQuoted: boolean; readonly path: string; read(event: unknown): unknown };

/**
 * The input template of a pipe's target: JSON in which `<$.path>` is a placeholder for a value of the event ("Amazon
 * EventBridge Pipes input transformation"). In quotes the value becomes part of the string, elsewhere JSON. A path that the
 * event does not have gives an empty string.
 *
 * @returns a function that fills the template in for an event
 * @throws LocalStackError for a template that Pipes rejects, or that is not JSON with paths
 */
export function compileInputTemplate(template: string): (event: unknown) => string {
  if (template.length > MAX_TEMPLATE_LENGTH) {
    throw new LocalStackError(
      'InvalidResource',
      `The input template of a pipe has ${String(template.length)} characters; EventBridge allows ${String(MAX_TEMPLATE_LENGTH)} at most.`,
    );
  }
  const parts = [...partsOf(template)];
  requireJson(template, parts);
  return (event) => parts.map((part) => fill(part, event)).join('');
}

function* partsOf(template: string): Generator<Part> {
  let isQuoted = false;
  // A quote begins or ends a string, unless it is escaped or inside a placeholder.
  for (const [token] of template.matchAll(/<[^<>]*>|\\.|"|[^<"\\]+|[<\\]/gs)) {
    if (token === '"') isQuoted = !isQuoted;
    if (!/^<.*>$/s.test(token)) {
      yield token;
      continue;
    }
    const path = token.slice(1, -1);
    if (!path.startsWith('$')) {
      throw new LocalStackError(
        'UnsupportedProperty',
        `The variable ${token} in the input template of a pipe is not supported: the local stack fills in paths such as <$.dynamodb.Keys>.`,
      );
    }
    yield { isQuoted, path, read: pathReader(path) };
  }
}

/** Pipes also accepts plain text as a template; the queue's consumers here read JSON. */
function requireJson(template: string, parts: readonly Part[]): void {
  const sample = parts.map((part) => {
    if (typeof part === 'string') return part;
    return part.isQuoted ? '' : '""';
  });
  try {
    JSON.parse(sample.join(''));
  } catch (error) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `The input template of a pipe must be JSON with paths on the local stack: ${(error as Error).message} in ${template}`,
    );
  }
}

function fill(part: Part, event: unknown): string {
  if (typeof part === 'string') return part;
  const value = part.read(event) ?? '';
  if (!part.isQuoted) return JSON.stringify(value);
  if (typeof value === 'object') {
    throw new Error(
      `The value at ${part.path} is an object: remove the quotes around <${part.path}>.`,
    );
  }
  return JSON.stringify(String(value)).slice(1, -1);
}
