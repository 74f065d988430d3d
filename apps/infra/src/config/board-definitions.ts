import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { type BoardDefinitions, parseBoardDefinitions } from '@leaderboard/ranking';
import * as pulumi from '@pulumi/pulumi';

import { WORKSPACE_ROOT } from '../workspace.ts';

/** In bytes, of the 4 KB that all variables of a function share (Lambda quotas: environment variables). */
const MAX_BYTES = 3072;

/**
 * The board definitions of a stack as its functions get them: checked, in compact JSON.
 *
 * @param file from the repository's root, or absolute
 * @throws RunError when the file cannot be read, is invalid or is too long; the message names file and problem.
 * @example
 * boardDefinitionsText('libs/ranking/boards.json'); // '{"default_board":"GLOBAL","boards":[…]}'
 */
export function boardDefinitionsText(file: string): string {
  const json = JSON.stringify(parse(file));
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_BYTES) return json;
  throw unusable(
    file,
    `they have ${bytes} bytes, of which at most ${MAX_BYTES} fit into a function's environment. Shorten ids, or deploy a part of the boards and apply the whole file with boards:apply`,
  );
}

function parse(file: string): BoardDefinitions {
  try {
    return parseBoardDefinitions(JSON.parse(readFileSync(resolve(WORKSPACE_ROOT, file), 'utf8')));
  } catch (error) {
    throw unusable(file, error instanceof Error ? error.message : String(error));
  }
}

function unusable(file: string, problem: string): pulumi.RunError {
  return new pulumi.RunError(
    `The board definitions in ${file} (leaderboard:boardDefinitionsFile) cannot be used: ${problem}`,
  );
}
