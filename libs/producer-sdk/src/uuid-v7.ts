/**
 * A UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits, so that ids sort by time.
 *
 * @param nowMs milliseconds since 1970
 * @param randomBytes 10 random bytes
 */
export function uuidV7(nowMs: number, randomBytes: Uint8Array): string {
  const hex = [...randomBytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = Math.trunc(nowMs).toString(16).padStart(12, '0');
  const variant = (8 + (Number.parseInt(hex.charAt(3), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
}
