import { validateStandingsEvent as validator } from './generated/validators.js';
import type { StandingsEvent } from './generated/types.ts';
import type { ValidationResult } from './issues.ts';
import { runValidator } from './run-validator.ts';

export type { StandingsEvent } from './generated/types.ts';

/**
 * Validates a value against the `standings-event` schema: one insert into the ledger, as the pipe extracts it from a record
 * of the ledger's stream. Returns the value itself, with any fields that the schema does not name.
 *
 * @example
 * const result = validateStandingsEvent(JSON.parse(record.body));
 * if (result.valid) result.value.dynamodb.NewImage.version.N; // '7'
 */
export function validateStandingsEvent(candidate: unknown): ValidationResult<StandingsEvent> {
  return runValidator<StandingsEvent>(validator, candidate);
}

/** {@link validateStandingsEvent} for the body of a queue message; a body that is not JSON is an issue with the rule `json`. */
export function parseStandingsEvent(body: string): ValidationResult<StandingsEvent> {
  let candidate: unknown;
  try {
    candidate = JSON.parse(body);
  } catch (error) {
    const message = `the value (string) must be JSON: ${(error as Error).message} (rule: json)`;
    return { valid: false, issues: [{ path: '', rule: 'json', message, value_type: 'string' }] };
  }
  return validateStandingsEvent(candidate);
}
