import { ACCOUNT_ID } from '../../shared/arn.ts';
import { principalArn, type Principal } from './principal.ts';

/** The values of condition keys; a key that the request does not have is absent. */
export type ConditionValues = Readonly<Record<string, string | string[]>>;

/** Keys that depend on the principal and the region only, and so never split the cached decisions. */
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

/** Keys that the table of operations reads from a request. */
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

/** @param key in lower case */
export function isSupportedKey(key: string): boolean {
  return SUPPORTED_KEYS.has(key);
}

/** The keys of every request of a principal. A loopback connection counts as secure transport. */
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
