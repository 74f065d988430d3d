import { expect, test } from '@jest/globals';

import { objectMetadata } from './object-metadata.ts';

test('rejects a file of an unknown type, as a browser would', () => {
  expect(() => objectMetadata('assets/board.wasm')).toThrow(
    'The page has a file "assets/board.wasm" of an unknown type',
  );
});
