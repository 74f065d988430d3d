/** `npm run test:long` sets this variable to `long`. */
const FORM_VARIABLE = 'TEST_FORM';

const isLongForm = process.env[FORM_VARIABLE] === 'long';

/**
 * The longest that a test waits for one condition, in ms. It ends a wait that hangs and does not measure speed: what takes
 * a second here may take minutes on a busy machine.
 */
export const HANG_TIMEOUT_MS = 600_000;

/**
 * The size of a test that grows with the time it is given.
 *
 * @param short for `npm test`
 * @param long for `npm run test:long`
 * @example
 * const UPDATES = sizeOf({ short: 600, long: 20_000 });
 */
export function sizeOf({ short, long }: { short: number; long: number }): number {
  return isLongForm ? long : short;
}
