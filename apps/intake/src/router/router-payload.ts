/**
 * What the validator sends to the router: the whole event, so that the router needs no permission to read the table.
 * At most about 130 KB as JSON (64 KB of body, escaped), within the 256 KB that every region accepts asynchronously.
 */
export interface RouterPayload {
  readonly event_id: string;
  /** The event as received, in JSON. */
  readonly body: string;
}

/** The payload is not one that the validator sends. A retry cannot succeed. */
export class InvalidRouterPayloadError extends Error {
  override readonly name = 'InvalidRouterPayloadError';
  readonly code = 'InvalidRouterPayload';

  constructor(problem: string) {
    super(
      `The router's payload ${problem}. Invoke the router with {"event_id": …, "body": "<the event in JSON>"}.`,
    );
  }
}
