import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { expect, test } from '@jest/globals';

import { resolveStackConfig } from '../config/stack-config.ts';
import { LambdaAccount, type LambdaCalls } from './lambda-account.ts';
import { preflight, reservationSettings, reservationsOf } from './preflight.ts';

const config = (stackConfig: Record<string, string> = {}) =>
  resolveStackConfig({ stack: 'dev', stackConfig, environment: {} });

interface Account {
  total: number;
  unreserved: number;
  /** Reserved concurrency of deployed functions. */
  functions?: Record<string, number>;
}

/** Responds as Lambda does for such an account. */
function lambdaWith({ total, unreserved, functions = {} }: Account): LambdaCalls {
  const send = (command: unknown) => {
    if (command instanceof GetAccountSettingsCommand) {
      return Promise.resolve({
        AccountLimit: { ConcurrentExecutions: total, UnreservedConcurrentExecutions: unreserved },
      });
    }
    if (command instanceof GetFunctionConcurrencyCommand) {
      const reserved = functions[command.input.FunctionName ?? ''];
      return reserved === undefined
        ? Promise.reject(new ResourceNotFoundException({ message: 'no such', $metadata: {} }))
        : Promise.resolve({ ReservedConcurrentExecutions: reserved });
    }
    return Promise.reject(new Error('not expected'));
  };
  return { send: send as LambdaCalls['send'] };
}

const check = (account: Account, stackConfig?: Record<string, string>) =>
  preflight('dev', config(stackConfig), new LambdaAccount(lambdaWith(account)));

/** What the program reserves with its defaults. */
const reserved = async () =>
  [...(await reservationsOf(config())).values()].reduce((a, b) => a + b, 0);

test('passes an account with the usual quota', async () => {
  expect(await check({ total: 1000, unreserved: 1000 })).toMatchObject({ outcome: 'passed' });
});

test('refuses one execution less than needed, as 100 must stay unreserved', async () => {
  const needed = 100 + (await reserved());
  expect((await check({ total: needed, unreserved: needed })).outcome).toBe('passed');
  expect((await check({ total: needed, unreserved: needed - 1 })).outcome).toBe('refused');
});

test('refuses a new account with a quota of 10, and says what to do', async () => {
  const { outcome, message } = await check({ total: 10, unreserved: 10 });
  expect(outcome).toBe('refused');
  expect(message).toContain('leaderboard-processor-dev 10');
  expect(message).toContain('the account can reserve 0 in us-west-1: its quota is 10');
  expect(message).toContain('under config: of apps/infra/Pulumi.dev.yaml:');
  expect(message).toContain('\n  leaderboard:processorReservedConcurrency: none\n');
  expect(message).toContain('--quota-code L-B99A9384');
});

test('does not count what the stack has already reserved', async () => {
  const held = Object.fromEntries(await reservationsOf(config()));
  const account = { total: 110, unreserved: 100, functions: held };
  expect((await check(account)).outcome).toBe('passed');
});

test('passes a stack that reserves nothing without reading the account', async () => {
  const nothing = Object.fromEntries(
    [...reservationSettings(config()).keys()].map((key) => [key, 'none']),
  );
  const mustNotRead: LambdaCalls = { send: () => Promise.reject(new Error('read')) as never };
  expect(await preflight('dev', config(nothing), new LambdaAccount(mustNotRead))).toMatchObject({
    outcome: 'passed',
  });
});

test('says why it was skipped when the quota cannot be read', async () => {
  const denied: LambdaCalls = {
    send: () =>
      Promise.reject(
        Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }),
      ) as never,
  };
  const { outcome, message } = await preflight('dev', config(), new LambdaAccount(denied));
  expect(outcome).toBe('skipped');
  expect(message).toContain('AccessDeniedException: not authorized');
  expect(message).toContain('lambda:GetAccountSettings');
});

test('is skipped when the response has no limits', async () => {
  const empty: LambdaCalls = { send: () => Promise.resolve({}) as never };
  const { outcome, message } = await preflight('dev', config(), new LambdaAccount(empty));
  expect(outcome).toBe('skipped');
  expect(message).toContain('returned no concurrency limits');
});

test('a setting switches off every reservation of the program', async () => {
  const total = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
  const settings = reservationSettings(config());
  expect(total(settings.values())).toBe(await reserved());
});
