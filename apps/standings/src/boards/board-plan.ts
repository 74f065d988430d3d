import { readFile, writeFile } from 'node:fs/promises';
import { parseBoardDefinitions, type BoardDefinitions } from '@leaderboard/ranking';
import { MAX_BOARD_SET_BYTES } from '@leaderboard/tables';
import type { BoardChange } from './board-changes.ts';
import type { RankPreview } from './rank-preview.ts';

/** What a build takes, estimated from the sample. */
export interface BuildEstimate {
  /** Items of the ledger, as DynamoDB counts them every six hours. */
  readonly updates: number;
  readonly players: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** At the on-demand prices of us-west-1. */
  readonly dollars: number;
}

/** A change of boards: what `boards:plan` writes, and `boards:apply` does. */
export interface BoardPlan {
  readonly format: 1;
  /** The id that the new set will have. */
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly planned_at: string;
  /** The standings table that it was made for. */
  readonly standings: string;
  /** The set that was served, with the hashes of its boards. */
  readonly served: { readonly id: string; readonly hashes: readonly string[] };
  readonly definitions: BoardDefinitions;
  readonly changes: readonly BoardChange[];
  readonly preview: RankPreview;
  readonly estimate: BuildEstimate;
}

/** A file of boards, or of a plan, that cannot be used. */
export class BoardFileError extends Error {
  override readonly name = 'BoardFileError';
  readonly code = 'UnusableBoardFile';
}

/** A plan that was made for other boards than those that the stack has now. */
export class UnfitPlanError extends Error {
  override readonly name = 'UnfitPlanError';
  readonly code = 'UnfitPlan';
}

/** @throws {BoardFileError} with every invalid key, its value and what to use */
export async function readBoardFile(file: string): Promise<BoardDefinitions> {
  const json = await readJson(file);
  let definitions: BoardDefinitions;
  try {
    definitions = parseBoardDefinitions(json);
  } catch (error) {
    throw new BoardFileError(`${file}: ${(error as Error).message}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(definitions));
  if (bytes <= MAX_BOARD_SET_BYTES) return definitions;
  throw new BoardFileError(
    `${file} has ${bytes} bytes of definitions; a set has at most ${MAX_BOARD_SET_BYTES}. Use per_game boards in place of one definition for each game.`,
  );
}

/** @throws {BoardFileError} */
export async function readPlan(file: string): Promise<BoardPlan> {
  const plan = (await readJson(file)) as Partial<BoardPlan> | null;
  if (plan?.format !== 1 || typeof plan.id !== 'string') {
    throw new BoardFileError(`${file} is not a plan. Write one with boards:plan --out.`);
  }
  return plan as BoardPlan;
}

/** @throws {BoardFileError} */
export async function writePlan(file: string, plan: BoardPlan): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(plan, undefined, 2)}\n`);
  } catch (error) {
    throw new BoardFileError(`The plan cannot be written: ${(error as Error).message}.`);
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new BoardFileError(`${file} cannot be read: ${(error as Error).message}.`);
  }
}
