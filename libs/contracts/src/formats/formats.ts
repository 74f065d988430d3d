import { isScoreDecimal } from './score-decimal.ts';
import { isUtcDateTime } from './utc-date-time.ts';

/** The formats by their name in the schemas, as AJV takes them. */
export const formats = {
  'score-decimal': { type: 'number', validate: isScoreDecimal },
  'utc-date-time': { type: 'string', validate: isUtcDateTime },
} as const;
