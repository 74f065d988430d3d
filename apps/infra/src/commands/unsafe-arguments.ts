import type { InfraCommand } from './options.ts';

export interface TypedArguments {
  command: InfraCommand;
  /** What follows the name of the command, as it was typed. */
  args: readonly string[];
  /** The stack, and whether it was typed or is the default. */
  stack: { name: string; isTyped: boolean };
  yes: boolean;
}

/**
 * Why the arguments may mean another stack than the caller's, or undefined: whoever mistypes `--stack prod` must not change the
 * default stack without a question.
 */
export function refusalOfArguments({
  command,
  args,
  stack,
  yes,
}: TypedArguments): string | undefined {
  if (args.includes('--')) {
    const typed = args.filter((arg) => arg !== '--').join(' ');
    return `Nothing was run: options behind -- are not read. Leave it out: npx nx run infra:${command} ${typed}`;
  }
  if (yes && !stack.isTyped) {
    return (
      `Nothing was run: ${command} --yes does not ask, so it must name the stack: ` +
      `npx nx run infra:${command} --yes --stack ${stack.name}`
    );
  }
  return undefined;
}
