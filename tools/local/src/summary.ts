import type { StackDescription } from './stack-file.ts';

/** How to send to the stack from a shell; nothing when its program has no queue for updates. */
export function describeFirstSend({ region, outputs }: StackDescription): string[] {
  const queueUrl = outputs['main_queue_url'];
  if (typeof queueUrl !== 'string') return [];
  return [
    '',
    'Send updates of your own from another terminal:',
    '',
    `  export LEADERBOARD_QUEUE_URL=${queueUrl}`,
    `  export AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    '  npx nx run loadgen:run -- --updates 100 --seed 2',
    '',
    'A program of yours that uses the producer SDK goes by the same variables.',
  ];
}

/** What a developer reads once the stack is up. */
export function describeStack(stack: StackDescription, stackFile: string): string {
  const rows = (values: Readonly<Record<string, unknown>>) => {
    const width = Math.max(0, ...Object.keys(values).map((name) => name.length));
    return Object.entries(values).map(
      ([name, value]) =>
        `  ${name.padEnd(width)}  ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
  };
  return [
    `The local stack is running in region ${stack.region}.`,
    '',
    'Endpoints',
    ...rows(stack.endpoints),
    '',
    'Outputs',
    ...rows(stack.outputs),
    ...describeFirstSend(stack),
    '',
    `Described in ${stackFile}. Ctrl-C stops it.`,
  ].join('\n');
}
