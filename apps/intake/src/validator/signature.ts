import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that carries `t=<seconds since 1970>,v1=<hex>`; several `v1` are allowed while a secret is replaced. */
export const SIGNATURE_HEADER = 'X-Webhook-Signature';

/** How far `t` may lie from the present, in seconds, either way. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

/** Longer than any header that a sender in its right mind makes; bounds the work before anything is trusted. */
const MAX_HEADER_LENGTH = 1_024;
const MAX_SIGNATURES = 8;

export type SignatureVerdict =
  | { readonly valid: true }
  | { readonly valid: false; readonly reason: string; readonly mayBeAnUnknownSecret: boolean };

/**
 * The header value for a body: HMAC-SHA-256 over `<t>.<raw body>` with each secret.
 *
 * @param timestamp seconds since 1970
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
 * Judges a header against the raw body. Valid if any `v1` fits any secret and `t` is near the present; every
 * comparison takes the same time whatever the bytes.
 *
 * @param nowMs milliseconds since 1970
 */
export function verifySignature(
  header: string | undefined,
  body: Uint8Array,
  secrets: readonly string[],
  nowMs: number,
): SignatureVerdict {
  if (header === undefined) return refused(`the header ${SIGNATURE_HEADER} is missing`);
  const parsed = parseHeader(header);
  if (parsed === undefined) {
    return refused(
      `the header ${SIGNATURE_HEADER} is not of the form t=<seconds since 1970>,v1=<64 hex digits>`,
    );
  }
  const age = Math.floor(nowMs / 1000) - Number(parsed.timestamp);
  if (Math.abs(age) > SIGNATURE_TOLERANCE_SECONDS) {
    return refused(
      `its time t=${parsed.timestamp} is more than ${SIGNATURE_TOLERANCE_SECONDS} s from the present`,
    );
  }
  const expected = secrets.map((secret) => sign(body, parsed.timestamp, secret));
  const matches = expected.flatMap((one) =>
    parsed.signatures.map((given) => timingSafeEqual(one, given)),
  );
  return matches.includes(true)
    ? { valid: true }
    : { ...refused('no v1 fits the body and a secret'), mayBeAnUnknownSecret: true };
}

function refused(reason: string): Extract<SignatureVerdict, { valid: false }> {
  return { valid: false, reason, mayBeAnUnknownSecret: false };
}

function sign(body: Uint8Array, timestamp: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
}

/** Unknown schemes (`v0=…`) are skipped, so that a later one can travel beside `v1`. */
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
