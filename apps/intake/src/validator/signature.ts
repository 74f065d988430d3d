import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that carries `t=<seconds since 1970>,v1=<hex>`; several `v1` are allowed during a rotation. */
export const SIGNATURE_HEADER = 'X-Webhook-Signature';

/** The largest difference between `t` and the current time, in seconds, in either direction. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

/** Limits the work on a header that is not yet trusted; far longer than a valid header needs. */
const MAX_HEADER_LENGTH = 1_024;
const MAX_SIGNATURES = 8;

export type SignatureCheck =
  | { readonly valid: true }
  | { readonly valid: false; readonly reason: string; readonly mayBeAnUnknownSecret: boolean };

/**
 * The header for a body: HMAC-SHA-256 over `<t>.<raw body>` with each secret.
 *
 * @param timestamp seconds since the epoch
 * @example
 * const header = signatureHeader(Buffer.from(body), Math.floor(Date.now() / 1000), ['the-shared-secret']);
 */
export function signatureHeader(
  body: Uint8Array,
  timestamp: number,
  secrets: readonly string[],
): string {
  const signatures = secrets.map(
    (secret) => `v1=${sign(body, String(timestamp), secret).toString('hex')}`,
  );
  return [`t=${timestamp}`, ...signatures].join(',');
}

/**
 * Verifies a header against the raw body. It is valid if any `v1` matches any secret and `t` is close to the current time.
 * Comparisons take constant time.
 *
 * @param nowMs ms since the epoch
 */
export function verifySignature(
  header: string | undefined,
  body: Uint8Array,
  secrets: readonly string[],
  nowMs: number,
): SignatureCheck {
  if (header === undefined) return rejected(`the header ${SIGNATURE_HEADER} is missing`);
  const parsed = parseHeader(header);
  if (parsed === undefined) {
    return rejected(
      `the header ${SIGNATURE_HEADER} must have the form t=<seconds since 1970>,v1=<64 hex digits>`,
    );
  }
  const age = Math.floor(nowMs / 1000) - Number(parsed.timestamp);
  if (Math.abs(age) > SIGNATURE_TOLERANCE_SECONDS) {
    return rejected(
      `the time t=${parsed.timestamp} differs from the current time by more than ${SIGNATURE_TOLERANCE_SECONDS} s`,
    );
  }
  const expected = secrets.map((secret) => sign(body, parsed.timestamp, secret));
  const matches = expected.flatMap((one) =>
    parsed.signatures.map((given) => timingSafeEqual(one, given)),
  );
  return matches.includes(true)
    ? { valid: true }
    : { ...rejected('no v1 matches the body and a secret'), mayBeAnUnknownSecret: true };
}

function rejected(reason: string): Extract<SignatureCheck, { valid: false }> {
  return { valid: false, reason, mayBeAnUnknownSecret: false };
}

function sign(body: Uint8Array, timestamp: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
}

/** Ignores unknown schemes (`v0=…`), so that a later scheme can be sent together with `v1`. */
function parseHeader(header: string): { timestamp: string; signatures: Buffer[] } | undefined {
  if (header.length > MAX_HEADER_LENGTH) return undefined;
  const parts = header.split(',').map((part) => part.trim());
  const timestamps = parts.flatMap((part) => /^t=(\d{1,12})$/.exec(part)?.[1] ?? []);
  const signatures = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/i.exec(part)?.[1] ?? []);
  const [timestamp] = timestamps;
  if (timestamp === undefined || parts.filter((part) => part.startsWith('t=')).length > 1)
    return undefined;
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES) return undefined;
  return { timestamp, signatures: signatures.map((hex) => Buffer.from(hex, 'hex')) };
}
