import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { requirePhysicalName } from './physical-name.ts';
import { allowPolicy, trustPolicy } from './policy.ts';

export interface ApiGatewayAccountArgs {
  /** Physical name of the role. */
  name: string;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Longest name of a role (IAM quotas: role names). */
const MAX_NAME_LENGTH = 64;

/** What API Gateway tries out before it takes the role ("Set up CloudWatch logging for REST APIs in API Gateway"). */
const LOG_ACTIONS = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'logs:PutLogEvents',
];

/**
 * The role by which API Gateway writes the logs of every REST API of the account in this region. There is one such
 * setting: the last stack that makes it has its role used, and removing that stack ends the logs of the others.
 */
export class ApiGatewayAccount extends pulumi.ComponentResource {
  readonly account: aws.apigateway.Account;

  constructor(
    name: string,
    args: ApiGatewayAccountArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const roleName = requirePhysicalName(args.name, 'role', MAX_NAME_LENGTH);
    super('leaderboard:infra:ApiGatewayAccount', name, {}, opts);
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: roleName,
        description: 'Lets API Gateway write logs',
        assumeRolePolicy: trustPolicy('apigateway.amazonaws.com'),
        tags: args.tags,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: 'logs',
        role: role.name,
        policy: allowPolicy([
          {
            sid: 'ApiGatewayWritesTheLogsOfAllItsApis',
            actions: LOG_ACTIONS,
            resources: ['*'],
          },
        ]),
      },
      { parent: this },
    );
    this.account = new aws.apigateway.Account(
      `${name}-account`,
      { cloudwatchRoleArn: role.arn },
      { parent: this, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}
