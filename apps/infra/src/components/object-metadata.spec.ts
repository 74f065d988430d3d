import { expect, test } from '@jest/globals';

import { objectMetadata } from './object-metadata.ts';

test('a file of an unknown type is refused: a browser would not take it', () => {
  expect(() => objectMetadata('assets/board.wasm')).toThrow(
    'The page has a file "assets/board.wasm" of an unknown type',
  );
});
