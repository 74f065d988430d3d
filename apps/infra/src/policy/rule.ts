import type { PolicyResource } from './resource.ts';

/** One way in which a resource breaks a rule. */
export interface Violation {
  resource: PolicyResource;
  /** What is wrong and what would be right. */
  message: string;
}

interface RuleText {
  /** Kebab-case and unique; Pulumi shows it with every violation. */
  name: string;
  /** What the rule asks for, in one sentence. */
  description: string;
}

/** Judges a resource by its own inputs, so before it is created. */
export interface ResourceRule extends RuleText {
  scope: 'resource';
  /** @returns what is wrong with the resource; nothing when it keeps the rule or the rule is not about its type. */
  check(resource: PolicyResource): string[];
}

/** Judges resources by each other, so once all of them are declared. */
export interface GraphRule extends RuleText {
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
