import { execFileSync } from 'node:child_process';

import { expect, test } from '@jest/globals';

import { formatStackEnvironment } from './stack-environment.ts';

const STACK = {
  region: 'us-west-1',
  endpoints: {
    sqs: 'http://127.0.0.1:8740',
    dynamodb: 'http://127.0.0.1:8750',
    s3: 'http://127.0.0.1:8760',
  },
  outputs: {
    main_queue_url: 'http://127.0.0.1:8740/000000000000/updates.fifo',
    updates_api_key: "it's a $KEY",
    board_definitions: '{}',
  },
  pid: 1,
};

function sourced(): Record<string, string> {
  const output = execFileSync('sh', ['-c', `${formatStackEnvironment(STACK)}\nenv -0`], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  const pairs = output.split('\0').filter((line) => line.includes('='));
  return Object.fromEntries(
    pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

test('a shell gets the addresses of the stack', () => {
  expect(sourced()).toMatchObject({
    AWS_REGION: 'us-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: STACK.endpoints.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: STACK.endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: STACK.endpoints.s3,
    LEADERBOARD_QUEUE_URL: STACK.outputs.main_queue_url,
    API_KEY: STACK.outputs.updates_api_key,
  });
});
