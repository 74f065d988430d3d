import { dataLossOf, refusalOfDataLoss } from '../preflight/data-loss.ts';
import { capturePulumi, runPulumi } from './pulumi-cli.ts';
import {
  type Environment,
  type InfraOptions,
  previewArguments,
  pulumiArguments,
} from './pulumi-invocation.ts';

/**
 * Shows what would change in a stack with tables and queues, and then whether an update is refused as it would lose any.
 *
 * @returns the exit code: Pulumi's, or 1 when an update is refused.
 */
export async function runPreview(options: InfraOptions, environment: Environment): Promise<number> {
  if (options.json) {
    const { code, stdout, stderr } = await capturePulumi(
      pulumiArguments('preview', options),
      environment,
    );
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    return code || report(refusalIn(stdout, options));
  }
  const code = await runPulumi(pulumiArguments('preview', options), environment);
  const { stdout } = await capturePulumi(previewArguments(options), environment);
  return report(refusalIn(stdout, options)) || code;
}

/**
 * Previews an update quietly, as Pulumi's own preview asks only whether to go on, and not even that with `--yes`.
 *
 * @returns why the update is refused, or undefined when it loses nothing.
 */
export async function refusalToLoseData(
  options: InfraOptions,
  environment: Environment,
): Promise<string | undefined> {
  const { code, stdout, stderr } = await capturePulumi(previewArguments(options), environment);
  const refusal = refusalIn(stdout, options);
  if (refusal !== undefined || code === 0) return refusal;
  const output = [stderr.trim(), ...errorsIn(stdout)].filter(Boolean).join('\n');
  return `Nothing was changed: the preview of stack ${options.stack} failed.\n${output}`;
}

function report(refusal: string | undefined): number {
  if (refusal === undefined) return 0;
  console.error(refusal);
  return 1;
}

/** Undefined also for a preview that failed before it printed JSON: Pulumi has then said why. */
function refusalIn(preview: string, options: InfraOptions): string | undefined {
  if (options.allowDataLoss === true || !isJson(preview)) return undefined;
  const losses = dataLossOf(preview);
  return losses.length === 0 ? undefined : refusalOfDataLoss(losses, options.stack);
}

function errorsIn(preview: string): string[] {
  if (!isJson(preview)) return [];
  const { diagnostics = [] } = JSON.parse(preview) as {
    diagnostics?: readonly { message: string; severity: string }[];
  };
  return diagnostics.flatMap(({ message, severity }) =>
    severity === 'error' ? [message.trim()] : [],
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
