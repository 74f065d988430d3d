import { expect, test } from '@jest/globals';

import { refusalOfLogRole } from './log-role.ts';

const ROLE = 'arn:aws:iam::123456789012:role/of-another-stack';
const stack = { stack: 'dev', region: 'us-west-1', manages: true, isDeployed: false };

test('a stack does not take the role of the account over from another', () => {
  expect(refusalOfLogRole(stack, ROLE)).toMatch(
    /already writes .* with arn:aws:iam::123456789012:role\/of-another-stack.*manageApiGatewayAccount to 'false' in apps\/infra\/Pulumi\.dev\.yaml/,
  );
});

test('a stack sets the role of an account that has none, and keeps its own', () => {
  expect(refusalOfLogRole(stack, undefined)).toBeUndefined();
  expect(refusalOfLogRole({ ...stack, isDeployed: true }, ROLE)).toBeUndefined();
});

test('a stack that leaves the role to another needs one', () => {
  expect(refusalOfLogRole({ ...stack, manages: false }, ROLE)).toBeUndefined();
  expect(refusalOfLogRole({ ...stack, manages: false }, undefined)).toContain(
    'API Gateway has no role for logs in us-west-1',
  );
});
