import { runScript } from './run-script.ts';

/** Estimates the cost. It is an executor so that `nx run infra:cost --help` lists its options. */
export default function runCostCommand({
  __unparsed__: args,
}: {
  __unparsed__: string[];
}): Promise<{ success: boolean }> {
  return runScript('commands/cost.ts', args);
}
