import { EventEmitter } from 'node:events';
import type { ReadStream } from 'node:tty';
import { expect, jest, test } from '@jest/globals';
import { readKeys } from './keys.ts';

function terminal(isTTY = true) {
  const input = Object.assign(new EventEmitter(), {
    isTTY,
    setRawMode: jest.fn(),
    pause: jest.fn(),
  });
  const actions = { open: jest.fn(), quit: jest.fn() };
  const start = (isInForeground = true) =>
    readKeys(actions, input as unknown as ReadStream, () => isInForeground);
  return { input, actions, start, press: (keys: string) => input.emit('data', Buffer.from(keys)) };
}

test('o opens, q and Ctrl-C quit, other keys do nothing', () => {
  const { actions, start, press } = terminal();
  start();
  press('x');
  expect(actions.open).not.toHaveBeenCalled();
  expect(actions.quit).not.toHaveBeenCalled();
  press('o');
  expect(actions.open).toHaveBeenCalledTimes(1);
  press('q');
  press('\u0003');
  expect(actions.quit).toHaveBeenCalledTimes(2);
});

test('the terminal is given back as it was', () => {
  const { input, actions, start, press } = terminal();
  start()?.();
  press('q');
  expect(actions.quit).not.toHaveBeenCalled();
  expect(input.setRawMode.mock.calls).toEqual([[true], [false]]);
  expect(input.pause).toHaveBeenCalled();
});

test.each([
  ['no terminal', false, true],
  ['a terminal that another process has in front', true, false],
])('keys are left alone on %s', (_, isTTY, isInForeground) => {
  const { input, start } = terminal(isTTY);
  expect(start(isInForeground)).toBeUndefined();
  expect(input.setRawMode).not.toHaveBeenCalled();
  expect(input.listenerCount('data')).toBe(0);
});
