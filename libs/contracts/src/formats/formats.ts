import { isScoreDecimal } from './score-decimal.ts';
import { isUtcDateTime } from './utc-date-time.ts';

/** The formats of the schemas by name, for AJV. */
export const formats = {
  'score-decimal': { type: 'number', validate: isScoreDecimal },
  'utc-date-time': { type: 'string', validate: isUtcDateTime },
} as const;
