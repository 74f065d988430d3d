/** The parts of a stack that a developer calls, each on a port of its own. */
export const LISTENERS = {
  page: 'the page',
  readApi: 'the read API',
  intake: 'the HTTP intake',
  sqs: 'SQS',
  dynamodb: 'DynamoDB',
} as const;

export type StackPorts = Readonly<Record<keyof typeof LISTENERS, number>>;

/** Ten apart, so that several stacks side by side stay easy to tell; below the range from which systems give out free ports. */
export const DEFAULT_PORTS: StackPorts = {
  page: 8710,
  readApi: 8720,
  intake: 8730,
  sqs: 8740,
  dynamodb: 8750,
};

/** Any free port for everything: for tests, which run many stacks at a time. */
export const FREE_PORTS: StackPorts = { page: 0, readApi: 0, intake: 0, sqs: 0, dynamodb: 0 };

/** Which port a listener should take. */
export interface PortChoice {
  /** The first port to try; 0 is any free one. */
  readonly port: number;
  /** What listens there, for a message. */
  readonly name: string;
  /** Receives a message when another port than the first one is used. */
  readonly report: (message: string) => void;
}

export const ANY_FREE_PORT: PortChoice = {
  port: 0,
  name: 'a listener',
  report: () => undefined,
};

export function portChoices(
  ports: StackPorts,
  report: (message: string) => void,
): Readonly<Record<keyof StackPorts, PortChoice>> {
  const choice = (listener: keyof StackPorts): PortChoice => ({
    port: ports[listener],
    name: LISTENERS[listener],
    report,
  });
  return {
    page: choice('page'),
    readApi: choice('readApi'),
    intake: choice('intake'),
    sqs: choice('sqs'),
    dynamodb: choice('dynamodb'),
  };
}
