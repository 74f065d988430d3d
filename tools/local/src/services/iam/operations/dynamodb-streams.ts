import { textOf, type OperationRule, type Operations } from './operation.ts';

function onStream(action: string, member: 'StreamArn' | 'ShardIterator'): OperationRule {
  return ({ input }, names) => {
    const reference = textOf(input[member]);
    if (reference === undefined) return [];
    // A stream that is not the program's: no policy names it, so nobody but an administrator may read it.
    const resource =
      names.tables.streamArn(reference) ?? names.arn('dynamodb', 'table/unknown/stream/unknown');
    return [{ action: `dynamodb:${action}`, resource }];
  };
}

/** A shard iterator stands for the stream that it was got for. */
export const dynamodbStreamsOperations: Operations = {
  DescribeStream: onStream('DescribeStream', 'StreamArn'),
  GetRecords: onStream('GetRecords', 'ShardIterator'),
  GetShardIterator: onStream('GetShardIterator', 'StreamArn'),
  ListStreams: () => [{ action: 'dynamodb:ListStreams', resource: '*' }],
};
