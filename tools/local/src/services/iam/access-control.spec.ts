import { describe, expect, test } from '@jest/globals';

import { AccessControl } from './access-control.ts';
import { describeGrant, parseGrantReference } from './grants.ts';
import { PolicyBook } from './policy-book.ts';
import type { Principal } from './principal.ts';
import { ResourcePolicies } from './resource-policies.ts';
import { RoleRegistry } from './role-registry.ts';
import { AccessUsage } from './usage.ts';

const QUEUE = 'arn:aws:sqs:us-west-1:000000000000:updates.fifo';
const TABLE = 'arn:aws:dynamodb:us-west-1:000000000000:table/ledger';
const FUNCTION = 'arn:aws:lambda:us-west-1:000000000000:function:api';
const processor: Principal = { kind: 'role', role: 'processor', session: 'processor' };
const administrator: Principal = { kind: 'administrator' };

const send = { action: 'sqs:SendMessage', resource: QUEUE };
const put = { action: 'dynamodb:PutItem', resource: TABLE };

function statement(fields: object): object {
  return { Sid: 'Given', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE, ...fields };
}

function accessWith(
  statements: object[],
  options: { queuePolicy?: object[]; removed?: string[]; attached?: string } = {},
) {
  const roles = new RoleRegistry();
  roles.add({
    name: 'processor',
    assumeRolePolicy: '{}',
    inline: new Map([['function', JSON.stringify({ Statement: statements })]]),
    attached: new Set(options.attached === undefined ? [] : [options.attached]),
  });
  const resourcePolicies = new ResourcePolicies();
  if (options.queuePolicy !== undefined) {
    const json = JSON.stringify({ Version: '2012-10-17', Statement: options.queuePolicy });
    resourcePolicies.set(QUEUE, 'queue/updates.fifo', json);
  }
  const removed = (options.removed ?? []).map(parseGrantReference);
  const policies = new PolicyBook(roles, resourcePolicies, removed);
  const usage = new AccessUsage();
  const access = new AccessControl({ policies, usage, region: 'us-west-1' });
  return { access, usage, policies, resourcePolicies };
}

describe('a role', () => {
  test('may do what its policy allows, and the grant is recorded', async () => {
    const { access, usage } = accessWith([
      statement({ Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'], Resource: [QUEUE, TABLE] }),
    ]);
    expect(await access.denialOf(processor, [send])).toBeUndefined();
    expect(usage.used()).toEqual([
      { owner: 'processor', sid: 'Given', action: 'sqs:SendMessage', resource: QUEUE },
    ]);
    expect(usage.denied()).toEqual([]);
  });

  test('may do nothing else, and gets the message of AWS', async () => {
    const { access, usage } = accessWith([statement({})]);
    expect(await access.denialOf(processor, [send, put])).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/processor/processor is not authorized to perform: dynamodb:PutItem ' +
        `on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
    );
    await access.denialOf(processor, [put]);
    expect(usage.denied()).toMatchObject([{ action: 'dynamodb:PutItem', times: 2 }]);
  });

  test('that is not in the program may do nothing', async () => {
    const { access } = accessWith([statement({})]);
    const stranger: Principal = { kind: 'role', role: 'stranger', session: 'a' };
    expect(await access.denialOf(stranger, [send])).toContain('no identity-based policy');
  });

  test('is denied by an explicit deny of its policy', async () => {
    const { access } = accessWith([
      statement({}),
      statement({ Sid: 'Never', Effect: 'Deny', Action: 'sqs:*' }),
    ]);
    expect(await access.denialOf(processor, [send])).toMatch(
      /with an explicit deny in an identity-based policy$/,
    );
  });

  test('loses a removed grant and keeps the others', async () => {
    const { access, policies } = accessWith(
      [statement({ Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'] })],
      { removed: ['processor:Given:sqs:SendMessage'] },
    );
    expect(await access.denialOf(processor, [send])).toContain('not authorized');
    expect(policies.grants().map(describeGrant)).toEqual(['processor:Given:sqs:ReceiveMessage']);
  });

  test('is limited to items by a condition on the partition key', async () => {
    const { access } = accessWith([
      statement({
        Action: 'dynamodb:PutItem',
        Resource: TABLE,
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['p-1'] } },
      }),
    ]);
    const putOf = (player: string) => ({
      ...put,
      conditions: { 'dynamodb:LeadingKeys': () => [player] },
    });
    expect(await access.denialOf(processor, [putOf('p-1')])).toBeUndefined();
    expect(await access.denialOf(processor, [putOf('p-2')])).toContain('not authorized');
  });
});

test('condition keys that no policy uses are not read', async () => {
  const { access } = accessWith([statement({ Action: 'dynamodb:PutItem', Resource: TABLE })]);
  const request = {
    ...put,
    conditions: {
      'dynamodb:LeadingKeys': (): string[] => {
        throw new Error('read');
      },
    },
  };
  expect(await access.denialOf(processor, [request])).toBeUndefined();
});

describe('the policy of a queue', () => {
  const withoutTls = (value: string) =>
    statement({
      Sid: 'DenyWithoutTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sqs:*',
      Condition: { Bool: { 'aws:SecureTransport': value } },
    });

  test('that denies requests without TLS allows loopback', async () => {
    const { access } = accessWith([statement({})], { queuePolicy: [withoutTls('false')] });
    expect(await access.denialOf(processor, [send])).toBeUndefined();
    expect(await access.denialOf(administrator, [send])).toBeUndefined();
  });

  test('denies administrators too', async () => {
    const { access } = accessWith([statement({})], { queuePolicy: [withoutTls('true')] });
    for (const principal of [processor, administrator]) {
      expect(await access.denialOf(principal, [send])).toMatch(
        /with an explicit deny in a resource-based policy$/,
      );
    }
  });
});

test('a service may invoke a function only for the source of the permission', async () => {
  const { access, resourcePolicies } = accessWith([]);
  resourcePolicies.add(FUNCTION, 'function/api', {
    Sid: 'FromApi',
    Effect: 'Allow',
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: FUNCTION,
    Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:execute-api:us-west-1:000000000000:abc/*' } },
  });
  const invoke = { action: 'lambda:InvokeFunction', resource: FUNCTION };
  const from = (api: string): Principal => ({
    kind: 'service',
    service: 'apigateway.amazonaws.com',
    sourceArn: `arn:aws:execute-api:us-west-1:000000000000:${api}/prod/POST/webhook`,
  });
  expect(await access.denialOf(from('abc'), [invoke])).toBeUndefined();
  expect(await access.denialOf(from('xyz'), [invoke])).toContain('no resource-based policy allows');
  expect(await access.denialOf({ kind: 'anonymous' }, [invoke])).toContain('not authorized');
});

describe('a program is rejected', () => {
  test('whose policy uses an unknown condition key', () => {
    const { policies } = accessWith([
      statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    ]);
    expect(() => {
      policies.check();
    }).toThrow('role processor uses the condition key aws:sourceip');
  });

  test('that attaches an AWS managed policy', () => {
    const { policies } = accessWith([statement({})], {
      attached: 'arn:aws:iam::aws:policy/AmazonSQSFullAccess',
    });
    expect(() => {
      policies.check();
    }).toThrow('AmazonSQSFullAccess');
  });

  test('without a grant that is to be removed', () => {
    const { policies } = accessWith([statement({})], { removed: ['processor:Given:sqs:Purge'] });
    expect(() => {
      policies.check();
    }).toThrow('processor:Given:sqs:SendMessage');
  });
});
