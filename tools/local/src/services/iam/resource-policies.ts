import {
  parsePolicyDocument,
  type PolicyDocument,
  type PolicyStatement,
} from './policy-document.ts';

/** A resource-based policy: of a queue, or of a function. */
export interface ResourcePolicy {
  /** The owner in lists of grants, for example `queue/leaderboard-dlq-dev.fifo`. */
  readonly owner: string;
  readonly document: PolicyDocument;
}

/** The resource-based policies of the program, by the ARN of their resource. */
export class ResourcePolicies {
  readonly #policies = new Map<string, ResourcePolicy>();

  /** @param json the whole policy, as queues have it */
  set(resourceArn: string, owner: string, json: string): void {
    this.#policies.set(resourceArn, { owner, document: parsePolicyDocument(owner, json) });
  }

  /** Adds a statement; each permission of a function is one. */
  add(resourceArn: string, owner: string, statement: PolicyStatement): void {
    const existing = this.#policies.get(resourceArn)?.document.Statement ?? [];
    this.#policies.set(resourceArn, {
      owner,
      document: { Version: '2012-10-17', Statement: [...existing, statement] },
    });
  }

  get(resourceArn: string): ResourcePolicy | undefined {
    return this.#policies.get(resourceArn);
  }

  all(): ResourcePolicy[] {
    return [...this.#policies.values()];
  }
}
