import { isProduction } from '../config/production.ts';
import type { QueuedMessages } from '../preflight/queued-messages.ts';
import type { InfraOptions } from './pulumi-invocation.ts';

/** Asks a question on the terminal; undefined without one. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/**
 * The first of two confirmations before a production stack is destroyed; the second is Pulumi's, after its preview.
 *
 * @param suffixes the environment suffixes of its resources: they too can mean production.
 * @returns why the stack is not destroyed, or undefined when it is confirmed.
 */
export async function refusalToDestroy(
  options: InfraOptions,
  suffixes: Iterable<string>,
  ask: Ask,
): Promise<string | undefined> {
  const { stack } = options;
  if (![stack, ...suffixes].some(isProduction)) return undefined;
  const typed =
    options.confirmStack ?? (await ask?.(`This destroys ${stack}. Type the name of the stack: `));
  if (typed === undefined) {
    return `${stack} is not destroyed without a terminal unless the command carries --yes --confirm-stack ${stack}.`;
  }
  if (typed.trim() !== stack) {
    return `Nothing was destroyed: "${typed.trim()}" is not the name of the stack, ${stack}.`;
  }
  return undefined;
}

/**
 * Asks before messages are destroyed with their queues, on every stack: `--yes` alone does not confirm it.
 *
 * @param messages what the queues hold; a string says why it is not known.
 * @returns why the stack is not destroyed, or undefined when it is confirmed or there are none.
 */
export async function refusalToDiscard(
  options: InfraOptions,
  messages: readonly QueuedMessages[] | string,
  ask: Ask,
): Promise<string | undefined> {
  if (messages.length === 0 || options.discardMessages === true) return undefined;
  const loss =
    typeof messages === 'string'
      ? `Whether the queues of ${options.stack} hold messages is not known: ${messages}.`
      : `${total(messages)} messages would be destroyed with their queues: ` +
        `${messages.map(({ queue, count }) => `${queue} ${count}`).join(', ')}.`;
  const typed = await ask?.(`${loss} Type discard to go on: `);
  if (typed?.trim() === 'discard') return undefined;
  return `${loss} Nothing was destroyed. Let the queues drain and redrive or save dead letters first, or add --discard-messages.`;
}

function total(messages: readonly QueuedMessages[]): number {
  return messages.reduce((sum, { count }) => sum + count, 0);
}
