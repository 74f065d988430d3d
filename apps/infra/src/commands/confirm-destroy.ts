import { type InfraOptions, isProduction } from './pulumi-invocation.ts';

/** Asks a question on the terminal; undefined without one. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/**
 * The first of two confirmations before a production stack is destroyed; the second is Pulumi's, after its preview.
 *
 * @returns why the stack is not destroyed, or undefined when it is confirmed.
 */
export async function refusalToDestroy(
  options: InfraOptions,
  ask: Ask,
): Promise<string | undefined> {
  const { stack } = options;
  if (!isProduction(stack)) return undefined;
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
