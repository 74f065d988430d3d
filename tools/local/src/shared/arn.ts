/** The account of every local resource, which SQS emulators use in queue URLs. */
export const ACCOUNT_ID = '000000000000';

/**
 * An ARN of this account.
 *
 * @example
 * arn('sqs', 'us-west-1', 'dlq-dev.fifo') // arn:aws:sqs:us-west-1:000000000000:dlq-dev.fifo
 */
export function arn(service: string, region: string, resource: string): string {
  return `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`;
}

/** The last part of an ARN or URL, for example the name of a queue or function. */
export function nameFromArn(resourceArn: string): string {
  const name = resourceArn.split(/[:/]/).at(-1);
  return name ?? resourceArn;
}
