import type { StackDescription } from '../stack.ts';

/** A stack's addresses as variables for a POSIX shell, with the names that the SDKs, the tools and the READMEs use. */
export function formatStackEnvironment({ region, endpoints, outputs }: StackDescription): string {
  const variables: Record<string, unknown> = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    LEADERBOARD_QUEUE_URL: outputs['main_queue_url'],
    LEADERBOARD_API_URL: outputs['leaderboard_url'],
    DASHBOARD_URL: outputs['dashboard_url'],
    API_ENDPOINT: outputs['api_endpoint'],
    API_KEY: outputs['updates_api_key'],
  };
  return [
    '# Addresses of the running local stack. It accepts any credentials.',
    ...Object.entries(variables).flatMap(([name, value]) =>
      typeof value === 'string' ? [`export ${name}=${shellQuoted(value)}`] : [],
    ),
    '',
  ].join('\n');
}

/** For a POSIX shell. */
export function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
