import type { Fault, FaultState } from './services/faults/fault-injector.ts';
import type { SessionCredentials } from './services/gateway/credentials.ts';
import type { Grant } from './services/iam/grants.ts';
import type { ActAs } from './services/iam/sessions.ts';
import type { DeniedAccess } from './services/iam/usage.ts';
import type { TraceCounts } from './services/lambda/tracing.ts';
import { LocalStackError } from './shared/errors.ts';

export type { SessionCredentials } from './services/gateway/credentials.ts';
export { describeGrant, type Grant } from './services/iam/grants.ts';
export type { ActAs } from './services/iam/sessions.ts';
export type { DeniedAccess } from './services/iam/usage.ts';
export type { TraceCounts } from './services/lambda/tracing.ts';
export type { Fault, FaultEffect, FaultState } from './services/faults/fault-injector.ts';

export interface AccessUsageReport {
  readonly used: Grant[];
  readonly denied: DeniedAccess[];
}

/** An injected fault; it applies until it is removed or its `times` are used up. */
export interface InjectedFault {
  readonly id: string;
  /** How often it was applied. */
  hits(): Promise<number>;
  remove(): Promise<void>;
}

/**
 * The control API of a stack that was started with `--faults`.
 *
 * @example
 * const control = new StackControl(stack);
 * const fault = await control.inject({
 *   service: 'dynamodb', operation: 'TransactWriteItems', when: 'after', effect: { kill: true }, times: 1,
 * });
 */
export class StackControl {
  readonly #url: string;

  /** @throws LocalStackError `InvalidOption` if the stack was started without `--faults` */
  constructor(stack: { readonly endpoints: { readonly control?: string } }) {
    if (stack.endpoints.control === undefined) {
      throw new LocalStackError(
        'InvalidOption',
        'The stack has no control API. Start it with --faults, or spawnStack({ faults: true }).',
      );
    }
    this.#url = stack.endpoints.control;
  }

  async inject(fault: Fault): Promise<InjectedFault> {
    const { id } = (await this.#call('POST', '/faults', fault)) as { id: string };
    return {
      id,
      hits: async () => (await this.faults()).find((state) => state.id === id)?.hits ?? 0,
      remove: async () => {
        await this.#call('DELETE', `/faults/${id}`);
      },
    };
  }

  async faults(): Promise<FaultState[]> {
    return (await this.#call('GET', '/faults')) as FaultState[];
  }

  /** Fires a schedule; resolves once Lambda has accepted the asynchronous invocation. */
  async runSchedule(name: string): Promise<void> {
    await this.#call('POST', `/schedules/${encodeURIComponent(name)}/run`);
  }

  /** The last lines of a log group, oldest first. */
  async logLines(group: string): Promise<string[]> {
    return (await this.#call('GET', `/logs?group=${encodeURIComponent(group)}`)) as string[];
  }

  /** What X-Ray would have received from a function. */
  async traces(functionName: string): Promise<TraceCounts> {
    return (await this.#call('GET', `/traces/${encodeURIComponent(functionName)}`)) as TraceCounts;
  }

  /** Everything that the policies of roles, queues and functions allow. */
  async grants(): Promise<Grant[]> {
    return (await this.#call('GET', '/iam/grants')) as Grant[];
  }

  /** The grants that were used so far, and the calls that were denied. */
  async accessUsage(): Promise<AccessUsageReport> {
    return (await this.#call('GET', '/iam/usage')) as AccessUsageReport;
  }

  /**
   * Credentials with the permissions of a role or policy. Any other credentials are those of an administrator.
   *
   * @example
   * const credentials = await control.actAs({ policy: { Version: '2012-10-17', Statement: [ … ] } });
   * const sqs = new SQSClient({ endpoint: stack.endpoints.sqs, region: stack.region, credentials });
   */
  async actAs(whom: ActAs): Promise<SessionCredentials> {
    return (await this.#call('POST', '/iam/sessions', whom)) as SessionCredentials;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const result: unknown = await response.json();
    if (!response.ok) {
      throw new LocalStackError(
        'InvalidOption',
        `${method} ${path} failed: ${(result as { error: string }).error}`,
      );
    }
    return result;
  }
}
