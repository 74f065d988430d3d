import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretSource } from './secret-cache.ts';

/** Shorter secrets can be guessed. */
const MIN_SECRET_LENGTH = 16;

/** The stored secret is not what the validator can use. Its text is not part of the message. */
export class SignatureSecretError extends Error {
  override readonly name = 'SignatureSecretError';
  readonly code = 'INVALID_SIGNATURE_SECRET';
}

/** The secrets under one id in Secrets Manager; see {@link parseSecrets} for their form. */
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
 * One secret as plain text, or several, newest first, as a JSON array of texts: `["new", "old"]` during a rotation.
 *
 * @throws {SignatureSecretError} when there is none, or one is shorter than 16 characters.
 */
export function parseSecrets(text: string | undefined, secretId: string): readonly string[] {
  const trimmed = text?.trim() ?? '';
  const secrets = readSecrets(trimmed);
  const usable = secrets?.filter(
    (secret): secret is string => typeof secret === 'string' && secret.length >= MIN_SECRET_LENGTH,
  );
  if (usable === undefined || usable.length === 0 || usable.length !== secrets?.length) {
    throw new SignatureSecretError(
      `The secret ${secretId} must be a text of at least ${MIN_SECRET_LENGTH} characters, or a JSON array of such texts. ` +
        'Key/value pairs, which the console makes unless told "Plaintext", are not read. ' +
        'Store it again with "aws secretsmanager put-secret-value".',
    );
  }
  return usable;
}

/** `undefined` for JSON that is no array, and for what begins as one and is none. */
function readSecrets(text: string): unknown[] | undefined {
  if (!/^[[{]/.test(text)) return [text];
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) ? value : undefined;
  } catch {
    return text.startsWith('{') ? [text] : undefined;
  }
}
