import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { expect, test } from '@jest/globals';

import { resolveStackConfig } from '../config/stack-config.ts';
import { lambdaAccount, type LambdaCalls } from './lambda-account.ts';
import { preflight, reservationSettings, reservationsOf } from './preflight.ts';

const config = (stackConfig: Record<string, string> = {}) =>
  resolveStackConfig({ stack: 'dev', stackConfig, environment: {} });

interface Account {
  total: number;
  unreserved: number;
  /** Concurrency that deployed functions have set aside. */
  functions?: Record<string, number>;
}

/** Answers as Lambda does for such an account. */
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
  preflight('dev', config(stackConfig), lambdaAccount(lambdaWith(account)));

/** All that the program sets aside with its defaults. */
const asked = async () => [...(await reservationsOf(config())).values()].reduce((a, b) => a + b, 0);

test('an account with the usual quota passes', async () => {
  expect(await check({ total: 1000, unreserved: 1000 })).toMatchObject({ outcome: 'passed' });
});

test('100 stay unreserved: one execution less than needed is refused', async () => {
  const needed = 100 + (await asked());
  expect((await check({ total: needed, unreserved: needed })).outcome).toBe('passed');
  expect((await check({ total: needed, unreserved: needed - 1 })).outcome).toBe('refused');
});

test('a new account with 10 in all is refused, with what to do', async () => {
  const { outcome, message } = await check({ total: 10, unreserved: 10 });
  expect(outcome).toBe('refused');
  expect(message).toContain('leaderboard-processor-dev 10');
  expect(message).toContain('the account has 0 to set aside in us-west-1: its quota is 10');
  expect(message).toContain('under config: of apps/infra/Pulumi.dev.yaml:');
  expect(message).toContain('\n  leaderboard:processorReservedConcurrency: none\n');
  expect(message).toContain('--quota-code L-B99A9384');
});

test('what the stack holds already is not counted against it', async () => {
  const held = Object.fromEntries(await reservationsOf(config()));
  const account = { total: 110, unreserved: 100, functions: held };
  expect((await check(account)).outcome).toBe('passed');
});

test('a stack that sets nothing aside passes without a question to the account', async () => {
  const nothing = Object.fromEntries(
    [...reservationSettings(config()).keys()].map((key) => [key, 'none']),
  );
  const mustNotAsk: LambdaCalls = { send: () => Promise.reject(new Error('asked')) as never };
  expect(await preflight('dev', config(nothing), lambdaAccount(mustNotAsk))).toMatchObject({
    outcome: 'passed',
  });
});

test('an account that cannot be asked is said, never passed over in silence', async () => {
  const denied: LambdaCalls = {
    send: () =>
      Promise.reject(
        Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }),
      ) as never,
  };
  const { outcome, message } = await preflight('dev', config(), lambdaAccount(denied));
  expect(outcome).toBe('skipped');
  expect(message).toContain('AccessDeniedException: not authorized');
  expect(message).toContain('lambda:GetAccountSettings');
});

test('an answer without limits is no answer', async () => {
  const empty: LambdaCalls = { send: () => Promise.resolve({}) as never };
  const { outcome, message } = await preflight('dev', config(), lambdaAccount(empty));
  expect(outcome).toBe('skipped');
  expect(message).toContain('without the limits');
});

test('every reservation of the program can be switched off by a setting', async () => {
  const total = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
  const settings = reservationSettings(config());
  expect(total(settings.values())).toBe(await asked());
});
