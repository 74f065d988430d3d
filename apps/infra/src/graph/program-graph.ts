import type { StackConfig } from '../config/stack-config.ts';
import { deploy } from '../program.ts';
import { collectGraph, type ResourceGraph } from './resource-graph.ts';

/** All resources of a stack with this configuration, whether its functions and its page are built or not. */
export function programGraph(config: StackConfig): Promise<ResourceGraph> {
  return collectGraph(() =>
    deploy(
      config,
      () => '/not-built',
      () => [],
    ),
  );
}
