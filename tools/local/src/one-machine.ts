/**
 * Stack configuration for a stack that shares one small machine with what uses it. Two instances of a function keep it busy; with
 * more of them requests outlast their timeouts, and what then goes back to a queue is away for its visibility timeout.
 */
export const ONE_MACHINE: Readonly<Record<string, string>> = {
  processorMaximumConcurrency: '2',
  projectorMaximumConcurrency: '2',
  // A read that the machine has no time for comes late, and not as a 502.
  apiTimeoutSeconds: '60',
};
