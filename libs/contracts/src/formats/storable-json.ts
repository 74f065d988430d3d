/** DynamoDB takes 32 levels of nesting, of which the item and its attribute are the first (quotas page: "Nested attribute depth"). */
const MAX_DEPTH = 30;
/** The range of a DynamoDB number, either sign (quotas page: "Number"). */
const LEAST_MAGNITUDE = 1e-130;
const GREATEST_MAGNITUDE = 9.9e125;

/**
 * Whether a JSON value can stand in the ledger: nested at most 30 levels deep, every number 0 or between 1E-130 and
 * 9.9E+125 in magnitude, every text and key without half a surrogate pair, which has no UTF-8.
 *
 * @example isStorableJson({ laps: [61.2, 59.8] }) // true
 * @example isStorableJson({ score: 1e200 }) // false
 */
export function isStorableJson(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return isStorableNumber(value);
  if (typeof value === 'string') return value.isWellFormed();
  if (value === null || typeof value !== 'object') return true;
  return (
    depth < MAX_DEPTH &&
    Object.entries(value).every(
      ([key, part]) => key.isWellFormed() && isStorableJson(part, depth + 1),
    )
  );
}

function isStorableNumber(value: number): boolean {
  const magnitude = Math.abs(value);
  return value === 0 || (magnitude >= LEAST_MAGNITUDE && magnitude <= GREATEST_MAGNITUDE);
}
