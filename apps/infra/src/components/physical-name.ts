import * as pulumi from '@pulumi/pulumi';

const ALLOWED = /^[A-Za-z0-9_.-]+$/;

/**
 * Returns the name if the service will take it.
 *
 * @throws RunError with the name, its length and the limit; before any resource is created.
 */
export function requirePhysicalName(name: string, kind: string, maxLength: number): string {
  if (ALLOWED.test(name) && name.length <= maxLength) return name;
  throw new pulumi.RunError(
    `"${name}" (${name.length} characters) cannot be the name of a ${kind}: ` +
      `allowed are 1 to ${maxLength} letters, digits, ".", "-" and "_". Choose a shorter or plainer environment suffix.`,
  );
}
