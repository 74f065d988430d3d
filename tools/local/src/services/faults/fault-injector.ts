import { setTimeout as delay } from 'node:timers/promises';

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

import { ConnectionCut, errorResponse } from '../gateway/gateway.ts';
import type {
  GatewayRequest,
  GatewayResponse,
  GatewayService,
  Interceptor,
} from '../gateway/gateway.ts';

export type FaultEffect =
  /** Return this AWS error. `details` are further fields of it, such as `CancellationReasons`. */
  | {
      readonly error: string;
      readonly status: number;
      readonly message?: string;
      readonly details?: Readonly<Record<string, unknown>>;
    }
  /** End the calling worker thread without a response, as in a crash. For other callers the connection closes. */
  | { readonly kill: true }
  /** Delay the response by so many milliseconds. */
  | { readonly delay_ms: number };

/** A failure to inject into matching AWS calls. */
export interface Fault {
  readonly service: GatewayService;
  /** API operation, for example `TransactWriteItems`. */
  readonly operation: string;
  /** Only calls of this function: its workers and its pollers. */
  readonly function?: string;
  /** Only requests whose body contains this string. */
  readonly body_includes?: string;
  /** `before` the engine sees the call, or `after` it has committed the call. */
  readonly when: 'before' | 'after';
  readonly effect: FaultEffect;
  /** How often the fault applies; default: until it is removed. */
  readonly times?: number;
  /** Applies to this percentage of the matching calls, chosen by a seed; default: to all. */
  readonly random?: { readonly percent: number; readonly seed: number };
}

export interface FaultState {
  readonly id: string;
  readonly fault: Fault;
  readonly hits: number;
}

interface FaultEntry {
  readonly fault: Fault;
  hits: number;
  readonly random: RandomGenerator | undefined;
}

/** The injected faults, and the interceptor that applies them. */
export class FaultInjector {
  readonly #faults = new Map<string, FaultEntry>();
  #added = 0;

  add(fault: Fault): string {
    this.#added += 1;
    const id = `fault-${String(this.#added)}`;
    const random = fault.random === undefined ? undefined : xoroshiro128plus(fault.random.seed);
    this.#faults.set(id, { fault, hits: 0, random });
    return id;
  }

  remove(id: string): boolean {
    return this.#faults.delete(id);
  }

  list(): FaultState[] {
    return [...this.#faults].map(([id, { fault, hits }]) => ({ id, fault, hits }));
  }

  readonly intercept: Interceptor = async (request, next) => {
    const fault = this.#faultFor(request);
    if (fault === undefined) return next();
    if (fault.when === 'before') return applyEffect(fault.effect, request, next);
    const response = await next();
    return applyEffect(fault.effect, request, () => Promise.resolve(response));
  };

  /** The first fault that matches and is not exhausted; counts the hit. */
  #faultFor(request: GatewayRequest): Fault | undefined {
    for (const entry of this.#faults.values()) {
      const exhausted = entry.fault.times !== undefined && entry.hits >= entry.fault.times;
      if (!exhausted && matches(entry.fault, request) && isChosen(entry)) {
        entry.hits += 1;
        return entry.fault;
      }
    }
    return undefined;
  }
}

function isChosen({ fault, random }: FaultEntry): boolean {
  if (fault.random === undefined || random === undefined) return true;
  return uniformInt(random, 1, 100) <= fault.random.percent;
}

function matches(fault: Fault, request: GatewayRequest): boolean {
  return (
    fault.service === request.service &&
    fault.operation === request.operation &&
    (fault.function === undefined || fault.function === request.caller?.sessionName) &&
    (fault.body_includes === undefined || request.body.includes(fault.body_includes))
  );
}

async function applyEffect(
  effect: FaultEffect,
  request: GatewayRequest,
  next: () => Promise<GatewayResponse>,
): Promise<GatewayResponse> {
  if ('delay_ms' in effect) {
    await delay(effect.delay_ms);
    return next();
  }
  if ('kill' in effect) {
    request.caller?.kill?.();
    throw new ConnectionCut('Closed by an injected fault');
  }
  return errorResponse(
    effect.status,
    effect.error,
    effect.message ?? 'Injected by a fault of the local stack',
    effect.details,
  );
}
