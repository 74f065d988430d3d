import { stringOf, type OperationRule, type Operations } from './operation.ts';

function onSecret(action: string): OperationRule {
  return ({ input }, names) => {
    const id = stringOf(input['SecretId']);
    return id === undefined
      ? []
      : [{ action: `secretsmanager:${action}`, resource: names.secretArn(id) }];
  };
}

export const secretsManagerOperations: Operations = {
  DescribeSecret: onSecret('DescribeSecret'),
  GetSecretValue: onSecret('GetSecretValue'),
  PutSecretValue: onSecret('PutSecretValue'),
  UpdateSecret: onSecret('UpdateSecret'),
};
