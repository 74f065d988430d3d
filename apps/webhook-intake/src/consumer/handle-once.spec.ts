import { beforeEach, describe, expect, test } from '@jest/globals';
import { InMemoryHandledEvents } from '../testing/in-memory-handled-events.ts';
import { EventBusyError, handleOnce } from './handle-once.ts';

let events: InMemoryHandledEvents;
let effects: number;

beforeEach(() => {
  events = new InMemoryHandledEvents();
  effects = 0;
});

const handle = () => {
  effects += 1;
  return Promise.resolve();
};

describe('W6: a consumer of an at-least-once queue', () => {
  test('handles the first delivery and drops the others', async () => {
    expect(await handleOnce('evt_1', events, handle)).toBe(true);
    expect(await handleOnce('evt_1', events, handle)).toBe(false);
    expect(await handleOnce('evt_2', events, handle)).toBe(true);
    expect(effects).toBe(2);
  });

  test('leaves a delivery in the queue while another one of the same event is handled', async () => {
    let finish: () => void = () => undefined;
    const first = handleOnce('evt_1', events, () => new Promise((resolve) => (finish = resolve)));
    await expect(handleOnce('evt_1', events, handle)).rejects.toBeInstanceOf(EventBusyError);
    finish();
    expect(await first).toBe(true);
    expect(await handleOnce('evt_1', events, handle)).toBe(false);
    expect(effects).toBe(0);
  });

  test('handles the next delivery after a failure', async () => {
    await expect(
      handleOnce('evt_1', events, () => Promise.reject(new Error('later'))),
    ).rejects.toThrow('later');
    expect(await handleOnce('evt_1', events, handle)).toBe(true);
  });
});
