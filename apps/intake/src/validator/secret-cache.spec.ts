import { beforeEach, describe, expect, test } from '@jest/globals';
import { SECRET_RECHECK_MS, SECRET_TTL_MS, SecretCache } from './secret-cache.ts';

let nowMs: number;
let reads: number;
let stale: number;
let stored: () => Promise<readonly string[]>;
let cache: SecretCache;

beforeEach(() => {
  nowMs = 1_000_000;
  reads = 0;
  stale = 0;
  stored = () => Promise.resolve(['one']);
  cache = new SecretCache({
    source: () => {
      reads += 1;
      return stored();
    },
    now: () => nowMs,
    onStale: () => {
      stale += 1;
    },
  });
});

describe('the cache of the signature secrets', () => {
  test('reads once for concurrent requests and for five minutes', async () => {
    await Promise.all([cache.get(), cache.get(), cache.get()]);
    nowMs += SECRET_TTL_MS - 1;
    expect(await cache.get()).toEqual(['one']);
    expect(reads).toBe(1);
    nowMs += 1;
    stored = () => Promise.resolve(['two', 'one']);
    expect(await cache.get()).toEqual(['two', 'one']);
    expect(reads).toBe(2);
  });

  test('reads again for an unknown signature, at most every 30 s', async () => {
    await cache.get();
    await cache.recheck();
    expect(reads).toBe(1);
    nowMs += SECRET_RECHECK_MS;
    stored = () => Promise.resolve(['two']);
    expect(await cache.recheck()).toEqual(['two']);
    await cache.recheck();
    expect(reads).toBe(2);
  });

  test('keeps the cached secrets when they cannot be read again, and retries later', async () => {
    await cache.get();
    nowMs += SECRET_TTL_MS;
    stored = () => Promise.reject(new Error('down'));
    expect(await cache.get()).toEqual(['one']);
    expect(await cache.get()).toEqual(['one']);
    expect({ reads, stale }).toEqual({ reads: 2, stale: 1 });
    nowMs += SECRET_TTL_MS;
    stored = () => Promise.resolve(['two']);
    expect(await cache.get()).toEqual(['two']);
  });

  test('rejects while it has none, and retries on every request', async () => {
    stored = () => Promise.reject(new Error('down'));
    await expect(cache.get()).rejects.toThrow('down');
    stored = () => Promise.resolve(['one']);
    expect(await cache.get()).toEqual(['one']);
  });
});
