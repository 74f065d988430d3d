import { expect, test } from '@jest/globals';

import { previewOf } from '../testing/sample-preview.ts';
import { apiRemovalsOf } from './api-removals.ts';

test('finds what an update removes from the REST API, replaced methods included', () => {
  expect(
    apiRemovalsOf(
      previewOf(
        { op: 'create', type: 'method', name: 'new-method' },
        { op: 'update', type: 'method', name: 'changed-method' },
        { op: 'replace', type: 'method', name: 'moved-method' },
        { op: 'delete-replaced', type: 'method', name: 'moved-method' },
        { op: 'delete', type: 'method', name: 'old-method' },
        { op: 'replace', type: 'deployment', name: 'a-deployment' },
        { op: 'delete', type: 'function', name: 'old-function' },
      ),
    ),
  ).toEqual(['moved-method', 'old-method']);
});
