// The first step of the npm scripts that run TypeScript: ends with one message when Node is too old for it.
import { nodeVersionProblem, runningNode } from './node-version.mjs';

const problem = nodeVersionProblem(runningNode());
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
