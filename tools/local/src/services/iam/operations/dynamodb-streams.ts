import { stringOf, type OperationRule, type Operations } from './operation.ts';

function onStream(action: string, member: 'StreamArn' | 'ShardIterator'): OperationRule {
  return ({ input }, names) => {
    const reference = stringOf(input[member]);
    if (reference === undefined) return [];
    // No policy names a stream outside the program, so only an administrator may read it.
    const resource =
      names.tables.streamArn(reference) ?? names.arn('dynamodb', 'table/unknown/stream/unknown');
    return [{ action: `dynamodb:${action}`, resource }];
  };
}

/** A shard iterator identifies its stream. */
export const dynamodbStreamsOperations: Operations = {
  DescribeStream: onStream('DescribeStream', 'StreamArn'),
  GetRecords: onStream('GetRecords', 'ShardIterator'),
  GetShardIterator: onStream('GetShardIterator', 'StreamArn'),
  ListStreams: () => [{ action: 'dynamodb:ListStreams', resource: '*' }],
};
