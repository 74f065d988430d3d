import type { PolicyResource } from './resource.ts';

/** One way in which a resource breaks a rule. */
export interface Violation {
  resource: PolicyResource;
  /** What is wrong and what would be right. */
  message: string;
}

interface RuleDescription {
  /** Kebab-case and unique; Pulumi shows it with every violation. */
  name: string;
  /** What the rule requires, in one sentence. */
  description: string;
}

/** A rule about the inputs of one resource: it runs before the resource is created. */
export interface ResourceRule extends RuleDescription {
  scope: 'resource';
  /** @returns what is wrong with the resource; nothing when it keeps the rule or the rule is not about its type. */
  check(resource: PolicyResource): string[];
}

/** A rule about several resources: it runs after all of them are declared. */
export interface GraphRule extends RuleDescription {
  scope: 'graph';
  check(resources: readonly PolicyResource[]): Violation[];
}

export type Rule = ResourceRule | GraphRule;

/** Every violation of the rule among the resources. */
export function violationsOf(rule: Rule, resources: readonly PolicyResource[]): Violation[] {
  if (rule.scope === 'graph') return rule.check(resources);
  return resources.flatMap((resource) =>
    rule.check(resource).map((message) => ({ resource, message })),
  );
}
