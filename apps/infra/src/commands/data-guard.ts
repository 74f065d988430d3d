import { INTERIM_API_DEPLOYMENT } from '../config/stack-config.ts';
import { apiRemovalsOf } from '../preflight/api-removals.ts';
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
 * Updates a stack with tables and queues, unless it would lose any. It previews quietly first, as Pulumi's own preview asks only
 * whether to go on, and not even that with `--yes`.
 *
 * @returns the exit code: Pulumi's, or 1 when the update is refused.
 */
export async function runUpdate(options: InfraOptions, environment: Environment): Promise<number> {
  const { code, stdout, stderr } = await capturePulumi(previewArguments(options), environment);
  const refusal = refusalIn(stdout, options);
  if (refusal !== undefined) return report(refusal);
  if (code !== 0) {
    const output = [stderr.trim(), ...errorsIn(stdout)].filter(Boolean).join('\n');
    return report(`Nothing was changed: the preview of stack ${options.stack} failed.\n${output}`);
  }
  const removals = isJson(stdout) ? apiRemovalsOf(stdout) : [];
  return removals.length === 0
    ? runPulumi(pulumiArguments('up', options), environment)
    : updateTwice(removals, options, environment);
}

/**
 * Updates a stack whose REST API loses routes or responses. The first update's deployment still has them, and says in the state that
 * it is interim; the second has the API without them. Any later update would make up for a second one that did not run.
 */
async function updateTwice(
  removals: readonly string[],
  options: InfraOptions,
  environment: Environment,
): Promise<number> {
  console.error(
    `This update removes ${removals.join(', ')} from the REST API, which takes two updates: the first deletes, the second deploys what is left.`,
  );
  const code = await runPulumi(pulumiArguments('up', options), {
    ...environment,
    [INTERIM_API_DEPLOYMENT]: 'true',
  });
  if (code !== 0) return code;
  return runPulumi(pulumiArguments('up', { ...options, yes: true, refresh: false }), environment);
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
