import { expect, test } from '@jest/globals';
import { platformLog } from './platform-log.ts';

const SETTINGS = {
  name: 'worker',
  arn: 'arn:aws:lambda:us-west-1:000000000000:function:worker',
  roleArn: 'arn:aws:iam::000000000000:role/worker',
  region: 'us-west-1',
  taskRoot: '/var/task',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  memoryMb: 128,
  timeoutSeconds: 3,
  reservedConcurrency: undefined,
  activeTracing: false,
  logGroup: '/aws/lambda/worker',
  applicationLogLevel: undefined,
  variables: {},
};
const ERROR = { errorType: 'Error', errorMessage: 'no', trace: [] };

/** What Lambda logs about an invocation that succeeds, and about one that fails. */
function linesOf(logFormat: 'JSON' | 'Text', systemLogLevel: string | undefined) {
  const log = platformLog({ ...SETTINGS, logFormat, systemLogLevel });
  const of = (error: typeof ERROR | undefined) =>
    [...log.start('id'), ...log.report('id', 12, error)].map(
      (line) => /platform\.\w+|^[A-Z]+(?= RequestId)|ERROR/.exec(line)?.[0],
    );
  return { success: of(undefined), failure: of(ERROR) };
}

test('as text, each invocation has its lines', () => {
  expect(linesOf('Text', undefined)).toEqual({
    success: ['START', 'END', 'REPORT'],
    failure: ['START', 'ERROR', 'END', 'REPORT'],
  });
});

test('as JSON, the level of the system logs decides', () => {
  expect(linesOf('JSON', 'INFO')).toEqual({
    success: ['platform.start', 'platform.report'],
    failure: ['platform.start', 'ERROR', 'platform.report'],
  });
  expect(linesOf('JSON', 'WARN')).toEqual({ success: [], failure: ['ERROR', 'platform.report'] });
});
