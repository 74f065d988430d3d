import * as pulumi from '@pulumi/pulumi';

/**
 * Longest names, from the quotas of SQS, IAM and DynamoDB and from the API references of the others. What shares its name
 * with a role has the role's limit.
 */
const LONGEST = {
  queue: 80,
  role: 64,
  function: 64,
  schedule: 64,
  pipe: 64,
  table: 255,
  // API Gateway allows more; log groups and alarms contain the name.
  'REST API': 128,
  dashboard: 255,
} as const;

const ALLOWED = /^[A-Za-z0-9_.-]+$/;

/**
 * Returns the name if the service accepts it.
 *
 * @throws RunError with the name, its length and the limit; before any resource is created.
 */
export function requirePhysicalName(name: string, kind: keyof typeof LONGEST): string {
  const maxLength = LONGEST[kind];
  if (ALLOWED.test(name) && name.length <= maxLength) return name;
  throw new pulumi.RunError(
    `"${name}" (${name.length} characters) cannot be the name of a ${kind}: ` +
      `allowed are 1 to ${maxLength} letters, digits, ".", "-" and "_". Choose a shorter or plainer environment suffix.`,
  );
}
