/**
 * Whether a bucket's policy allows a distribution an S3 action, as origin access control needs it: to the service
 * `cloudfront.amazonaws.com`, on the condition that it acts for this distribution ("Restrict access to an Amazon S3
 * origin" in the CloudFront developer guide).
 *
 * @param policy JSON of the bucket policy
 */
export function mayUse(
  policy: string | undefined,
  action: 's3:GetObject' | 's3:ListBucket',
  resourceArn: string,
  distributionArn: string,
): boolean {
  if (policy === undefined) return false;
  const { Statement } = JSON.parse(policy) as { Statement?: PolicyStatement | PolicyStatement[] };
  return [Statement ?? []]
    .flat()
    .some(
      (statement) =>
        statement.Effect === 'Allow' &&
        [statement.Principal?.Service].flat().includes('cloudfront.amazonaws.com') &&
        [statement.Action].flat().includes(action) &&
        [statement.Resource].flat().some((pattern) => covers(pattern, resourceArn)) &&
        sourceArns(statement).includes(distributionArn),
    );
}

interface PolicyStatement {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: string | string[] };
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

function sourceArns({ Condition = {} }: PolicyStatement): string[] {
  return ['StringEquals', 'ArnEquals', 'ArnLike'].flatMap((operator) =>
    Object.entries(Condition[operator] ?? {})
      .filter(([key]) => key.toLowerCase() === 'aws:sourcearn')
      .flatMap(([, value]) => value),
  );
}

function covers(pattern: string | undefined, arn: string): boolean {
  if (pattern === undefined) return false;
  return pattern.endsWith('*') ? arn.startsWith(pattern.slice(0, -1)) : pattern === arn;
}
