import type { PortChoice } from './shared/loopback-server.ts';

/** The parts of a stack that a developer calls, each on its own port. */
export const LISTENERS = {
  page: 'the page',
  readApi: 'the read API',
  intake: 'the HTTP intake',
  sqs: 'SQS',
  dynamodb: 'DynamoDB',
} as const;

export type StackPorts = Readonly<Record<keyof typeof LISTENERS, number>>;

/** Ten apart, so that several stacks stay easy to tell apart; below the range of ephemeral ports. */
export const DEFAULT_PORTS: StackPorts = {
  page: 8710,
  readApi: 8720,
  intake: 8730,
  sqs: 8740,
  dynamodb: 8750,
};

/** Any free port for everything: for tests, which run many stacks at the same time. */
export const FREE_PORTS: StackPorts = { page: 0, readApi: 0, intake: 0, sqs: 0, dynamodb: 0 };

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
