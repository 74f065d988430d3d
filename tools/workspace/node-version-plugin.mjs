// Nx plugin: no task of this workspace starts on a Node that is too old for it.
import { nodeVersionProblem, runningNode } from './node-version.mjs';

export const name = 'node-version';

export function preTasksExecution() {
  const problem = nodeVersionProblem(runningNode());
  if (problem !== undefined) throw new Error(problem);
}
