import { describe, expect, test } from '@jest/globals';
import { ConfigurationError } from './configuration-error.ts';
import { EnvironmentReader } from './environment-reader.ts';

const REMEDY = 'something better';

type Read = (reader: EnvironmentReader, variable: string) => unknown;

const readers: Record<string, Read> = {
  text: (reader, variable) => reader.text(variable, REMEDY),
  positiveInteger: (reader, variable) => reader.positiveInteger(variable, REMEDY),
  positiveIntegerUpTo: (reader, variable) => reader.positiveIntegerUpTo(1_000, variable, REMEDY),
  url: (reader, variable) => reader.url(variable, REMEDY),
  queueUrl: (reader, variable) => reader.queueUrl(variable, REMEDY),
  fifoQueueUrl: (reader, variable) => reader.fifoQueueUrl(variable, REMEDY),
  days: (reader, variable) => reader.days(variable, REMEDY),
  daysUpTo: (reader, variable) => reader.days(variable, REMEDY, 30),
  parsed: (reader, variable) => reader.parsed(variable, REMEDY, (value) => value),
};

function read(kind: string, value: string | undefined): unknown {
  return readers[kind]?.(new EnvironmentReader({ VARIABLE: value }), 'VARIABLE');
}

describe.each(Object.keys(readers))('%s', (kind) => {
  test.each([
    [undefined, 'is not set'],
    ['', 'is empty'],
    [' ', 'is empty'],
  ])('of "%s" is an error that names the variable and says what to set', (value, problem) => {
    expect(() => read(kind, value)).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'InvalidConfiguration',
        variable: 'VARIABLE',
        message: `Environment variable VARIABLE ${problem}. Set it to something better.`,
      }),
    );
  });
});

test.each([
  ['text', ' ledger ', 'ledger'],
  ['positiveInteger', '1', 1],
  ['positiveInteger', '999999', 999_999],
  ['positiveIntegerUpTo', '1000', 1_000],
  ['days', '31', 2_678_400],
  ['daysUpTo', '30', 2_592_000],
  ['url', 'https://sqs/1/standings', 'https://sqs/1/standings'],
  ['queueUrl', 'http://127.0.0.1:4566/1/payments', 'http://127.0.0.1:4566/1/payments'],
  ['fifoQueueUrl', 'https://sqs/1/dlq.fifo', 'https://sqs/1/dlq.fifo'],
])('%s of "%s" is read', (kind, value, expected) => {
  expect(read(kind, value)).toBe(expected);
});

test.each([
  ['positiveInteger', '0', 'a whole number above 0'],
  ['positiveInteger', '-1', 'a whole number above 0'],
  ['positiveInteger', '2.5', 'a whole number above 0'],
  ['positiveInteger', '1e2', 'a whole number above 0'],
  ['positiveInteger', '1000000', 'a whole number above 0'],
  ['positiveIntegerUpTo', '0', 'a whole number from 1 to 1000'],
  ['positiveIntegerUpTo', '1001', 'a whole number from 1 to 1000'],
  ['days', '0', 'a whole number above 0'],
  ['daysUpTo', '31', 'a whole number from 1 to 30'],
  ['url', 'standings', 'a URL'],
  ['queueUrl', 'payments', 'the URL of a queue'],
  ['queueUrl', 'https://sqs/', 'the URL of a queue'],
  ['queueUrl', 'arn:aws:sqs:us-west-1:1:payments', 'the URL of a queue'],
  ['fifoQueueUrl', 'dlq.fifo', "a FIFO queue's URL"],
  ['fifoQueueUrl', 'https://sqs/1/dlq', "a FIFO queue's URL"],
])('%s of "%s" is an error that quotes the value', (kind, value, expected) => {
  expect(() => read(kind, value)).toThrow(
    `Environment variable VARIABLE is "${value}", not ${expected}. Set it to something better.`,
  );
});

test('an optional text may be left out but not left empty', () => {
  const optional = (value: string | undefined) =>
    new EnvironmentReader({ SECRET: value }).optionalText('SECRET', REMEDY);
  expect(optional(undefined)).toBeUndefined();
  expect(optional('webhook')).toBe('webhook');
  expect(() => optional('')).toThrow(ConfigurationError);
});

describe('a value with a format of its own', () => {
  const reader = new EnvironmentReader({ COLOUR: 'mauve' });

  test('is what the parser makes of it', () => {
    expect(reader.parsed('COLOUR', REMEDY, (value) => value.length)).toBe(5);
  });

  test('is refused in the words of the parser', () => {
    const act = () =>
      reader.parsed('COLOUR', REMEDY, (_, unusable) => {
        throw unusable('is too fashionable');
      });
    expect(act).toThrow(ConfigurationError);
    expect(act).toThrow(
      'Environment variable COLOUR is too fashionable. Set it to something better.',
    );
  });

  test('does not hide a fault of the parser', () => {
    const fault = new TypeError('a bug');
    const act = () =>
      reader.parsed('COLOUR', REMEDY, () => {
        throw fault;
      });
    expect(act).toThrow(fault);
  });
});

test('names for logs and metrics are both required', () => {
  const names = { POWERTOOLS_SERVICE_NAME: 'api', POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard' };
  const telemetry = (environment: Record<string, string>) =>
    new EnvironmentReader(environment).telemetryNames('the service name, api');
  expect(telemetry(names)).toEqual({ serviceName: 'api', metricsNamespace: 'Leaderboard' });
  expect(() => telemetry({ ...names, POWERTOOLS_SERVICE_NAME: '' })).toThrow(
    'POWERTOOLS_SERVICE_NAME is empty. Set it to the service name, api.',
  );
  expect(() => telemetry({ ...names, POWERTOOLS_METRICS_NAMESPACE: '' })).toThrow(
    'POWERTOOLS_METRICS_NAMESPACE is empty. Set it to the CloudWatch namespace',
  );
});

describe('boardDefinitions', () => {
  const BOARD = {
    id: 'GLOBAL',
    scope: 'all_games',
    operator: 'sum',
    order: 'desc',
    tie_break: 'earliest',
    windows: ['all_time'],
  };
  const readBoards = (value: string | undefined) =>
    new EnvironmentReader({ BOARD_DEFINITIONS: value }).boardDefinitions();
  const file = (changes: object) =>
    JSON.stringify({ default_board: 'GLOBAL', boards: [{ ...BOARD, ...changes }] });

  test('are read and completed', () => {
    expect(readBoards(file({}))).toEqual({
      default_board: 'GLOBAL',
      boards: [{ ...BOARD, shards: 1 }],
    });
  });

  test.each([
    [undefined, 'BOARD_DEFINITIONS is not set'],
    ['{', 'BOARD_DEFINITIONS is not JSON: '],
    [file({ operator: 'median' }), '/boards/0/operator'],
    [file({}).replace('"GLOBAL"', '"OTHER"'), 'BOARD_DEFINITIONS is not usable. '],
  ])('%s is an error that says what is wrong', (value, problem) => {
    expect(() => readBoards(value)).toThrow(ConfigurationError);
    expect(() => readBoards(value)).toThrow(problem);
    expect(() => readBoards(value)).toThrow('Set it to the board definitions as JSON');
  });
});
