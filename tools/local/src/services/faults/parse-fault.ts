import type { Fault, FaultEffect } from './fault-injector.ts';
import type { GatewayService } from '../gateway/gateway.ts';
import { LocalStackError } from '../../shared/errors.ts';

const SERVICES: readonly GatewayService[] = ['sqs', 'dynamodb', 'lambda', 's3', 'secretsmanager'];

const KNOWN_KEYS = [
  'service',
  'operation',
  'function',
  'body_includes',
  'when',
  'effect',
  'times',
  'random',
];

/** Checks a fault that came over HTTP: a misspelt one would never apply, and its test would pass without a fault. */
export function parseFault(candidate: unknown): Fault {
  const fault = requireObject(candidate, 'the fault');
  rejectUnknownKeys(fault, KNOWN_KEYS, 'the fault');
  if (!SERVICES.some((service) => service === fault['service'])) {
    throw invalid('service', SERVICES.join(' or '), fault['service']);
  }
  if (fault['when'] !== 'before' && fault['when'] !== 'after') {
    throw invalid('when', '"before" or "after"', fault['when']);
  }
  if (typeof fault['operation'] !== 'string' || !/^[A-Z][A-Za-z0-9]+$/.test(fault['operation'])) {
    throw invalid('operation', 'an API operation such as "TransactWriteItems"', fault['operation']);
  }
  for (const key of ['function', 'body_includes']) {
    if (fault[key] !== undefined && typeof fault[key] !== 'string') {
      throw invalid(key, 'a string', fault[key]);
    }
  }
  if (fault['times'] !== undefined && !isPositiveInteger(fault['times'])) {
    throw invalid('times', 'a whole number from 1', fault['times']);
  }
  if (fault['random'] !== undefined) checkRandom(fault['random']);
  return { ...fault, effect: parseEffect(fault['effect']) } as unknown as Fault;
}

function checkRandom(candidate: unknown): void {
  const random = requireObject(candidate, 'random');
  rejectUnknownKeys(random, ['percent', 'seed'], 'random');
  if (!isPositiveInteger(random['percent']) || Number(random['percent']) > 100) {
    throw invalid('random.percent', 'a whole number from 1 to 100', random['percent']);
  }
  if (!Number.isSafeInteger(random['seed'])) {
    throw invalid('random.seed', 'a whole number', random['seed']);
  }
}

function parseEffect(candidate: unknown): FaultEffect {
  const effect = requireObject(candidate, 'effect');
  if (effect['kill'] === true) {
    rejectUnknownKeys(effect, ['kill'], 'effect');
    return { kill: true };
  }
  if (typeof effect['delay_ms'] === 'number' && effect['delay_ms'] >= 0) {
    rejectUnknownKeys(effect, ['delay_ms'], 'effect');
    return { delay_ms: effect['delay_ms'] };
  }
  if (typeof effect['error'] === 'string') {
    rejectUnknownKeys(effect, ['error', 'status', 'message', 'details'], 'effect');
    if (!isPositiveInteger(effect['status'])) {
      throw invalid('effect.status', 'an HTTP status', effect['status']);
    }
    return effect as unknown as FaultEffect;
  }
  throw invalid('effect', '{error, status}, {kill: true} or {delay_ms}', candidate);
}

function requireObject(candidate: unknown, what: string): Record<string, unknown> {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) {
    throw invalid(what, 'an object', candidate);
  }
  return candidate as Record<string, unknown>;
}

function rejectUnknownKeys(
  candidate: Record<string, unknown>,
  known: readonly string[],
  what: string,
): void {
  const unknown = Object.keys(candidate).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new LocalStackError(
      'InvalidOption',
      `Unknown key ${unknown.join(', ')} in ${what}; known are ${known.join(', ')}.`,
    );
  }
}

function isPositiveInteger(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}

function invalid(key: string, expected: string, value: unknown): LocalStackError {
  return new LocalStackError(
    'InvalidOption',
    `Fault: ${key} must be ${expected}, got ${JSON.stringify(value)}.`,
  );
}
