import * as pulumi from '@pulumi/pulumi';

/** A statement of a role's policy. */
export interface Permission {
  /** Statement id: letters and digits. For the resource `*` it names the reason. */
  sid: string;
  actions: string[];
  resources: pulumi.Input<string>[];
  /** Operators with the values of their condition keys. @default none */
  conditions?: Record<string, Record<string, pulumi.Input<string>>>;
}

/** An IAM policy document that allows the given permissions and nothing else. */
export function allowPolicy(permissions: Permission[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: permissions.map(({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(conditions && { Condition: conditions }),
    })),
  });
}

/** A trust policy that lets one AWS service assume a role. */
export function trustPolicy(service: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [trust(service)] });
}

/**
 * A trust policy that lets one AWS service assume a role for one resource only ("confused deputy" in the guides of EventBridge). Lambda
 * and API Gateway do not say for which resource they assume a role.
 */
export function trustPolicyFor(
  service: string,
  sourceArn: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.output(sourceArn).apply((arn) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          ...trust(service),
          Condition: {
            StringEquals: { 'aws:SourceAccount': arn.split(':')[4], 'aws:SourceArn': arn },
          },
        },
      ],
    }),
  );
}

function trust(service: string) {
  return { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
}

/** The argument of a role that bounds what it may be allowed; none without a boundary. */
export function boundedBy(arn: string | undefined): { permissionsBoundary?: string } {
  return arn === undefined ? {} : { permissionsBoundary: arn };
}

/** A queue policy that denies every request without TLS. */
export function tlsOnlyQueuePolicy(queueArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

/** A bucket policy that denies every request without TLS. */
export function tlsOnlyBucketPolicy(bucketArn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: [denyWithoutTls(bucketArn)] });
}

/** A bucket policy that lets one CloudFront distribution read the objects, and denies every request without TLS. */
export function distributionOnlyBucketPolicy(
  bucketArn: pulumi.Input<string>,
  distributionArn: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadByDistribution',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: pulumi.interpolate`${bucketArn}/*`,
        Condition: { StringEquals: { 'AWS:SourceArn': distributionArn } },
      },
      denyWithoutTls(bucketArn),
    ],
  });
}

function denyWithoutTls(bucketArn: pulumi.Input<string>) {
  return {
    Sid: 'DenyWithoutTls',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
