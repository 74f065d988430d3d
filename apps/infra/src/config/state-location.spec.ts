import { expect, test } from '@jest/globals';

import { stateLocation } from './state-location.ts';

test.each([
  ['s3://games-state?region=us-west-1', 's3://games-state'],
  ['file:///home/ann/leader%20board/apps/infra', 'file:///home/ann/leader_20board/apps/infra'],
  ['postgres://pulumi:se@cret@db.example.com:5432/state', 'postgres://db.example.com:5432/state'],
  ['https://api.pulumi.com', 'https://api.pulumi.com'],
])('%s is tagged as %s, without credentials and what a tag cannot hold', (url, tagged) => {
  expect(stateLocation({ PULUMI_BACKEND_URL: url })).toBe(tagged);
});

test('is unknown without a backend, and fits a tag', () => {
  expect(stateLocation({})).toBeUndefined();
  expect(stateLocation({ PULUMI_BACKEND_URL: `file:///${'a'.repeat(300)}` })).toHaveLength(256);
});
