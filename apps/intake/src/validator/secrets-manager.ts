import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretSource } from './secret-cache.ts';

/** Shorter secrets can be guessed. */
const MIN_SECRET_LENGTH = 16;

/** The validator cannot use the stored secret. The message does not contain the secret. */
export class SignatureSecretError extends Error {
  override readonly name = 'SignatureSecretError';
  readonly code = 'InvalidSignatureSecret';
}

/** Reads the secrets under one id in Secrets Manager; see {@link parseSecrets} for their format. */
export function secretsManagerSource(
  client: Pick<SecretsManagerClient, 'send'>,
  secretId: string,
): SecretSource {
  return async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return parseSecrets(SecretString, secretId);
  };
}

/**
 * One secret in plaintext, or several, newest first, as a JSON array of strings: `["new", "old"]` during a rotation.
 *
 * @throws {SignatureSecretError} when there is no secret, or one is shorter than 16 characters
 */
export function parseSecrets(value: string | undefined, secretId: string): readonly string[] {
  const trimmed = value?.trim() ?? '';
  const secrets = readSecrets(trimmed);
  const usable = secrets?.filter(
    (secret): secret is string => typeof secret === 'string' && secret.length >= MIN_SECRET_LENGTH,
  );
  if (usable === undefined || usable.length === 0 || usable.length !== secrets?.length) {
    throw new SignatureSecretError(
      `The secret ${secretId} must be a string of at least ${MIN_SECRET_LENGTH} characters, or a JSON array of such strings. ` +
        'Key/value pairs, the default in the console, are not supported: choose "Plaintext". ' +
        'Store it again with "aws secretsmanager put-secret-value".',
    );
  }
  return usable;
}

/** `undefined` for a JSON object, and for a value that starts like an array and is not one. */
function readSecrets(text: string): unknown[] | undefined {
  if (!/^[[{]/.test(text)) return [text];
  try {
    const parsed = JSON.parse(text) as unknown;
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return text.startsWith('{') ? [text] : undefined;
  }
}
