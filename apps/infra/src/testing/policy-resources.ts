import type { PolicyResource } from '../policy/resource.ts';
import { fakeOutputs } from '../graph/fake-outputs.ts';
import type { ResourceGraph } from '../graph/resource-graph.ts';

/** The resources of a program on mocks, as the rules of the policy pack see them: with the outputs that AWS would add. */
export function policyResources(graph: ResourceGraph): PolicyResource[] {
  return graph.resources
    .filter((resource) => !resource.component)
    .map(({ type, name, inputs }) => ({
      type,
      name,
      props: { ...inputs, ...fakeOutputs(type, name, inputs), id: `${name}-id` },
    }));
}
