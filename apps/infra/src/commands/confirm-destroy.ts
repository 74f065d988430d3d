import { type InfraOptions, isProduction } from './pulumi-invocation.ts';

/** Asks a question on the terminal; undefined where there is none. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/**
 * The first of the two questions before a production stack is destroyed; the second is Pulumi's own, after its preview.
 *
 * @returns why the stack must not be destroyed, or undefined when it may be.
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
