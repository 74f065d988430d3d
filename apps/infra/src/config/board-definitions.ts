import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { type BoardDefinitions, parseBoardDefinitions } from '@leaderboard/ranking';
import * as pulumi from '@pulumi/pulumi';

import { WORKSPACE_ROOT } from '../workspace.ts';

/** Of the 4 KB that a function's variables may have together (Lambda quotas: environment variables), in bytes. */
const MAX_BYTES = 3072;

/**
 * The board definitions of a stack as its functions get them: checked, in compact JSON.
 *
 * @param file from the repository's root, or absolute
 * @throws RunError when the file cannot be read, is not valid or is too long, saying where and what.
 * @example
 * boardDefinitionsText('libs/ranking/boards.json'); // '{"default_board":"GLOBAL","boards":[…]}'
 */
export function boardDefinitionsText(file: string): string {
  const json = JSON.stringify(parse(file));
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_BYTES) return json;
  throw unusable(
    file,
    `they are ${bytes} bytes long, of which at most ${MAX_BYTES} fit into a function's environment. Take boards out, or give them shorter ids`,
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
