import { setTimeout as sleep } from 'node:timers/promises';

import * as pulumi from '@pulumi/pulumi';

/**
 * How long a stream exists before a pipe that reads it is created, in ms. Until then creating one often ends in CREATE_FAILED
 * ("Cannot access stream"): for about 90 s Pipes does not see a new stream (terraform-provider-aws #40572, aws-cdk #31211), and no
 * API tells when it does.
 */
const SEEN_BY_PIPES_AFTER_MS = 120_000;

/** Time, for tests. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

const SYSTEM_CLOCK: Clock = { now: () => Date.now(), sleep: (ms) => sleep(ms) };

/**
 * The ARN of a DynamoDB stream, as soon as Pipes sees the stream. The ARN ends with the time of the stream's creation, so that only a
 * new stream is waited for: at the first deployment, or after its table was replaced. A preview does not wait.
 *
 * @example
 * new aws.pipes.Pipe('a-pipe', { source: streamSeenByPipes(table.streamArn), ... });
 */
export function streamSeenByPipes(
  streamArn: pulumi.Input<string>,
  clock: Clock = SYSTEM_CLOCK,
): pulumi.Output<string> {
  return pulumi.output(streamArn).apply(async (arn) => {
    const ageMs = clock.now() - createdAtMs(arn);
    if (!pulumi.runtime.isDryRun() && ageMs < SEEN_BY_PIPES_AFTER_MS) {
      // The clock of this machine may be behind.
      await clock.sleep(SEEN_BY_PIPES_AFTER_MS - Math.max(0, ageMs));
    }
    return arn;
  });
}

/** From `…/stream/2026-01-01T00:00:00.000`, in UTC. */
function createdAtMs(streamArn: string): number {
  return Date.parse(`${streamArn.split('/').at(-1) ?? ''}Z`);
}
