import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { boardDefinitionsText } from './board-definitions.ts';

const folder = mkdtempSync(join(tmpdir(), 'boards-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const board = (id: string) => ({
  id,
  scope: 'all_games',
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: ['all_time'],
});

function fileWith(content: unknown): string {
  const file = join(folder, 'boards.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('returns the default boards as compact JSON', () => {
  const json = boardDefinitionsText('libs/ranking/boards.json');
  expect(json).not.toContain('\n');
  expect(JSON.parse(json)).toMatchObject({
    default_board: 'GLOBAL',
    boards: [{ id: 'GLOBAL' }, { id: 'game:{game_id}' }],
  });
});

test.each([
  ['invalid JSON', '{'],
  ['an unknown operator', { default_board: 'A', boards: [{ ...board('A'), operator: 'median' }] }],
])('rejects a file with %s, and names it', (_what, content) => {
  const file = fileWith(content);
  expect(() => boardDefinitionsText(file)).toThrow(`The board definitions in ${file}`);
});

test('rejects a missing file, and names it and its setting', () => {
  expect(() => boardDefinitionsText('nowhere.json')).toThrow(
    'nowhere.json (leaderboard:boardDefinitionsFile)',
  );
});

test("rejects definitions that do not fit into a function's environment", () => {
  const boards = Array.from({ length: 40 }, (_, index) => board(`BOARD-${index}`));
  const file = fileWith({ default_board: 'BOARD-0', boards });
  expect(() => boardDefinitionsText(file)).toThrow('at most 3072 fit');
});
