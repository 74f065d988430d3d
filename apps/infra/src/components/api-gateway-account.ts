import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { requirePhysicalName } from './physical-name.ts';
import { allowPolicy, boundedBy, trustPolicy } from './policy.ts';

export interface ApiGatewayAccountArgs {
  /** Physical name of the role. */
  name: string;
  /** ARN of the policy that bounds what the role may be allowed; undefined: none. */
  permissionsBoundary: string | undefined;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What API Gateway checks before it accepts the role ("Set up CloudWatch logging for REST APIs in API Gateway"). */
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
 * The role with which API Gateway writes the logs of every REST API of the account in this region. There is one such
 * setting: API Gateway uses the role of the stack that set it last. Role and setting stay when the stack is destroyed, as
 * other stacks may write their logs with them by then.
 */
export class ApiGatewayAccount extends pulumi.ComponentResource {
  readonly account: aws.apigateway.Account;

  constructor(
    name: string,
    args: ApiGatewayAccountArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const roleName = requirePhysicalName(args.name, 'role');
    super('leaderboard:infra:ApiGatewayAccount', name, {}, opts);
    const retained = { parent: this, retainOnDelete: true };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: roleName,
        description: 'Lets API Gateway write logs',
        assumeRolePolicy: trustPolicy('apigateway.amazonaws.com'),
        ...boundedBy(args.permissionsBoundary),
        tags: args.tags,
      },
      retained,
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
      retained,
    );
    this.account = new aws.apigateway.Account(
      `${name}-account`,
      { cloudwatchRoleArn: role.arn },
      { ...retained, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}
