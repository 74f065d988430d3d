import { shellQuoted } from './stack-environment.ts';
import type { StackDescription } from '../stack.ts';
import { environmentFileOf } from './stack-file.ts';

/** The update in the lines to paste. */
export interface ExampleUpdate {
  readonly player_id: string;
  readonly game_id: string;
  readonly score: number;
}

const FIRST_UPDATE: ExampleUpdate = { player_id: 'ann', game_id: 'chess', score: 1200 };

/**
 * Lines to paste into another terminal: an update over HTTP, the player's rank, and the page opened at the player. Empty if
 * the program has no intake, read API or page.
 */
export function describeFirstRequests(
  { outputs }: StackDescription,
  update: ExampleUpdate = FIRST_UPDATE,
): string[] {
  const { api_endpoint, updates_api_key, leaderboard_url, dashboard_url } = outputs;
  if (![api_endpoint, updates_api_key, leaderboard_url, dashboard_url].every(isString)) return [];
  const board = defaultBoardOf(outputs);
  return [
    "Send an update, read the player's rank a second later, open the player's page:",
    '',
    `  curl -X POST ${String(api_endpoint)}/updates \\`,
    `    -H 'x-api-key: ${String(updates_api_key)}' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(update)}'`,
    '',
    `  curl ${String(leaderboard_url)}leaderboards/${board}/players/${update.player_id}`,
    '',
    `  ${String(dashboard_url)}/?player=${update.player_id}`,
  ];
}

/** How to send with the producer SDK from a shell; empty if the program has no queue for updates. */
export function describeShell({ outputs }: StackDescription, stackFile: string): string[] {
  if (!isString(outputs['main_queue_url'])) return [];
  return [
    'Load every address and the key into a shell, then send with the producer SDK:',
    '',
    `  . ${shellQuoted(environmentFileOf(stackFile))}`,
    '  npx nx run loadgen:run -- --updates 100 --seed 2',
  ];
}

/** What the command prints once the stack runs. */
export function describeStack(
  stack: StackDescription,
  stackFile: string,
  notices: readonly string[],
): string {
  const rows = (values: Readonly<Record<string, unknown>>) => {
    const width = Math.max(0, ...Object.keys(values).map((name) => name.length));
    return Object.entries(values).map(
      ([name, value]) =>
        `  ${name.padEnd(width)}  ${isString(value) ? value : JSON.stringify(value)}`,
    );
  };
  const paragraphs = [
    [`The local stack is running in region ${stack.region}.`, ...notices],
    ['Endpoints', ...rows(stack.endpoints)],
    ['Outputs', ...rows(stack.outputs)],
    describeFirstRequests(stack),
    describeShell(stack, stackFile),
    [`Stack file: ${stackFile}. Press Ctrl-C to stop.`],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function defaultBoardOf(outputs: StackDescription['outputs']): string {
  const definitions = JSON.parse(String(outputs['board_definitions'])) as { default_board: string };
  return definitions.default_board;
}
