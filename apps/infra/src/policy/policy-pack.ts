import type {
  PolicyPackArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from '@pulumi/policy';

import { type PolicyResource, UNKNOWN } from './resource.ts';
import type { GraphRule, ResourceRule } from './rule.ts';
import { RULES } from './rules.ts';

/** The rules as Pulumi's engine runs them: those about one resource before it is created, the others over the whole stack. */
export const POLICY_PACK: PolicyPackArgs = {
  description: 'The rules that every resource of the leaderboard system keeps',
  enforcementLevel: 'mandatory',
  policies: RULES.map((rule) =>
    rule.scope === 'resource' ? resourcePolicy(rule) : stackPolicy(rule),
  ),
};

function resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
  const { name, description } = rule;
  return {
    name,
    description,
    validateResource: (args, report) => {
      for (const message of rule.check(withUnknowns(args))) report(message);
    },
  };
}

function stackPolicy(rule: GraphRule): StackValidationPolicy {
  const { name, description } = rule;
  return {
    name,
    description,
    validateStack: ({ resources }, report) => {
      const urns = new Map<PolicyResource, string>();
      const checked = resources.map((resource) => {
        const seen = withUnknowns(resource);
        urns.set(seen, resource.urn);
        return seen;
      });
      for (const { resource, message } of rule.check(checked)) report(message, urns.get(resource));
    },
  };
}

function withUnknowns({
  type,
  name,
  props,
}: {
  type: string;
  name: string;
  props: Record<string, unknown>;
}): PolicyResource {
  return { type, name, props: readable(props) as Record<string, unknown> };
}

/** Pulumi throws when an unknown value is read, and would then skip the whole rule: this replaces unknown values. */
function readable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const container = value as Record<string, unknown>;
  const entries = Object.keys(container).map(
    (key) => [key, readOrUnknown(container, key)] as const,
  );
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

function readOrUnknown(container: Record<string, unknown>, key: string): unknown {
  let value: unknown;
  try {
    value = container[key];
  } catch {
    return UNKNOWN;
  }
  return readable(value);
}
