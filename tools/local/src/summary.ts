import type { StackDescription } from './stack-file.ts';

/** What a developer reads once the stack is up. */
export function describeStack(stack: StackDescription, stackFile: string): string {
  const rows = (values: Readonly<Record<string, unknown>>) => {
    const width = Math.max(0, ...Object.keys(values).map((name) => name.length));
    return Object.entries(values).map(
      ([name, value]) =>
        `  ${name.padEnd(width)}  ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
  };
  const queueUrl = stack.outputs['main_queue_url'];
  const firstUpdate =
    typeof queueUrl === 'string'
      ? [
          '',
          'Send a first update:',
          '  npx nx run loadgen:run -- --players 1 --updates 1',
          'From your own program, with the producer SDK:',
          `  LEADERBOARD_QUEUE_URL=${queueUrl} AWS_REGION=${stack.region} \\`,
          '  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local node your-program.mjs',
        ]
      : [];
  return [
    `The local stack is running in region ${stack.region}.`,
    '',
    'Endpoints',
    ...rows(stack.endpoints),
    '',
    'Outputs',
    ...rows(stack.outputs),
    ...firstUpdate,
    '',
    `Described in ${stackFile}. Ctrl-C stops it.`,
  ].join('\n');
}
