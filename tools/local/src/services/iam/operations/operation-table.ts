import { dynamodbStreamsOperations } from './dynamodb-streams.ts';
import { dynamodbOperations } from './dynamodb.ts';
import { lambdaOperations } from './lambda.ts';
import type { OperationRule, Operations } from './operation.ts';
import { s3Operations } from './s3.ts';
import { secretsManagerOperations } from './secrets-manager.ts';
import { sqsOperations } from './sqs.ts';

/** Every API operation that roles can be allowed, by the service of the gateway. */
const OPERATIONS: Readonly<Record<string, Operations>> = {
  dynamodb: { ...dynamodbOperations, ...dynamodbStreamsOperations },
  lambda: lambdaOperations,
  s3: s3Operations,
  secretsmanager: secretsManagerOperations,
  sqs: sqsOperations,
};

/** What an operation needs; undefined for one outside the table, which no role may use. */
export function ruleOf(service: string, operation: string): OperationRule | undefined {
  const operations = OPERATIONS[service];
  return operations !== undefined && Object.hasOwn(operations, operation)
    ? operations[operation]
    : undefined;
}
