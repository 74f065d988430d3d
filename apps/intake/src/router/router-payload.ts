/**
 * What the validator hands to the router: the whole event, so that the router needs no permission to read the table.
 * At most about 130 KB as JSON (64 KB of body, escaped), within the 256 KB that every region takes asynchronously.
 */
export interface RouterPayload {
  readonly event_id: string;
  /** The JSON text of the event as received. */
  readonly body: string;
}

/** Starts the router without waiting for it. Rejects when Lambda did not take the invocation. */
export interface RouterInvoker {
  invoke(payload: RouterPayload): Promise<void>;
}

/** Whoever invoked the router did not send what the validator sends. Retrying cannot help. */
export class InvalidRouterPayloadError extends Error {
  override readonly name = 'InvalidRouterPayloadError';
  readonly code = 'INVALID_ROUTER_PAYLOAD';

  constructor(problem: string) {
    super(
      `The router's payload ${problem}. Invoke it with {"event_id": …, "body": "<the event as JSON text>"}.`,
    );
  }
}
