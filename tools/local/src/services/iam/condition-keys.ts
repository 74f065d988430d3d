import { ACCOUNT_ID } from '../../shared/arn.ts';
import { principalArn, type Principal } from './principal.ts';

/** The values of condition keys; a key without a value is absent from the request. */
export type ConditionValues = Readonly<Record<string, string | string[]>>;

/** Keys that depend on who calls and where only, so that they never split the decisions kept. */
const GLOBAL_KEYS = [
  'aws:SecureTransport',
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:PrincipalIsAWSService',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:ViaAWSService',
];

/** Keys that the table of operations can take from a request. */
const REQUEST_KEYS = [
  'dynamodb:EnclosingOperation',
  'dynamodb:LeadingKeys',
  'dynamodb:ReturnConsumedCapacity',
  'dynamodb:ReturnValues',
  'dynamodb:Select',
  'lambda:FunctionUrlAuthType',
  'lambda:InvokedViaFunctionUrl',
];

const SUPPORTED_KEYS = new Set([...GLOBAL_KEYS, ...REQUEST_KEYS].map((key) => key.toLowerCase()));

/** Whether decisions know the value of a condition key, given in lower case. */
export function isSupportedKey(key: string): boolean {
  return SUPPORTED_KEYS.has(key);
}

/** What is true of every request of a principal. A loopback connection counts as a secure one. */
export function globalConditions(principal: Principal, region: string): ConditionValues {
  return {
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': ACCOUNT_ID,
    'aws:ViaAWSService': 'false',
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
    ...principalConditions(principal),
  };
}

function principalConditions(principal: Principal): ConditionValues {
  switch (principal.kind) {
    case 'role':
      return {
        'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT_ID}:role/${principal.role}`,
        'aws:PrincipalAccount': ACCOUNT_ID,
        'aws:PrincipalType': 'AssumedRole',
      };
    case 'administrator':
      return {
        'aws:PrincipalArn': principalArn(principal),
        'aws:PrincipalAccount': ACCOUNT_ID,
        'aws:PrincipalType': 'User',
      };
    case 'service':
      return { 'aws:SourceArn': principal.sourceArn, 'aws:SourceAccount': ACCOUNT_ID };
    case 'anonymous':
      return { 'aws:PrincipalType': 'Anonymous' };
  }
}
