import { LocalStackError } from '../../shared/errors.ts';
import { pathReader } from './record-path.ts';

/** Longest input template, in characters (EventBridge Pipes API: PipeTargetParameters). */
const MAX_TEMPLATE_LENGTH = 8_192;

/** A part of a template: text as it is, or what stands for a value of the event. */
type Part =
  string | { readonly isInText: boolean; readonly path: string; read(event: unknown): unknown };

/**
 * The input template of a pipe's target: JSON in which `<$.path>` stands for a value of the event ("Amazon EventBridge Pipes
 * input transformation"). In quotes it becomes a part of the text, elsewhere JSON. A path that the event does not have gives
 * an empty text.
 *
 * @returns what fills it in for an event.
 * @throws LocalStackError for a template that Pipes refuses, or that is more than JSON with paths.
 */
export function compileInputTemplate(template: string): (event: unknown) => string {
  if (template.length > MAX_TEMPLATE_LENGTH) {
    throw new LocalStackError(
      'InvalidResource',
      `The input template of a pipe has ${String(template.length)} characters; EventBridge takes ${String(MAX_TEMPLATE_LENGTH)} at most.`,
    );
  }
  const parts = [...partsOf(template)];
  requireJson(template, parts);
  return (event) => parts.map((part) => fill(part, event)).join('');
}

function* partsOf(template: string): Generator<Part> {
  let isInText = false;
  // Only outside a placeholder does a quote begin or end a text, unless it is escaped.
  for (const [token] of template.matchAll(/<[^<>]*>|\\.|"|[^<"\\]+|[<\\]/gs)) {
    if (token === '"') isInText = !isInText;
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
    yield { isInText, path, read: pathReader(path) };
  }
}

/** Pipes also takes free text as a template; the queue's consumers here read JSON. */
function requireJson(template: string, parts: readonly Part[]): void {
  const sample = parts.map((part) => {
    if (typeof part === 'string') return part;
    return part.isInText ? '' : '""';
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
  if (!part.isInText) return JSON.stringify(value);
  if (typeof value === 'object') {
    throw new Error(`The value at ${part.path} is no text: take <${part.path}> out of the quotes.`);
  }
  return JSON.stringify(String(value)).slice(1, -1);
}
