import {
  DescribeTableCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ResourceNotFoundException as FunctionNotFoundException,
} from '@aws-sdk/client-lambda';

/** The parts of the clients that are used, so that a test can replace them. */
export interface AccountCalls {
  dynamodb: Pick<DynamoDBClient, 'send'>;
  lambda: Pick<LambdaClient, 'send'>;
}

/** What the account of the credentials says about a stack. */
export interface FoundAccount {
  /** Undefined where the account does not say. */
  accountId: string | undefined;
  /** The tags of the stack's ledger; undefined when there is no such table. */
  ledgerTags: Readonly<Record<string, string>> | undefined;
}

const ACCOUNT_IN_ARN = /arn:aws[a-z-]*:[^:\s]+:[^:\s]*:(\d{12}):/;

/**
 * Looks for the ledger of a stack. Needs `dynamodb:DescribeTable` and `dynamodb:ListTagsOfResource`, and, while there is no ledger,
 * `lambda:GetFunctionConfiguration`.
 *
 * @throws the error of the SDK when the account cannot be read.
 */
export async function accountOfStack(
  { dynamodb, lambda }: AccountCalls,
  { ledger, processor }: { ledger: string; processor: string },
): Promise<FoundAccount> {
  const arn = await tableArn(dynamodb, ledger);
  if (arn === undefined) {
    return { accountId: await accountByFunction(lambda, processor), ledgerTags: undefined };
  }
  const { Tags = [] } = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: arn }));
  return {
    accountId: ACCOUNT_IN_ARN.exec(arn)?.[1],
    ledgerTags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
  };
}

async function tableArn(
  dynamodb: AccountCalls['dynamodb'],
  name: string,
): Promise<string | undefined> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableArn;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Lambda names the ARN, and so the account, of a function that it does not find. */
async function accountByFunction(
  lambda: AccountCalls['lambda'],
  name: string,
): Promise<string | undefined> {
  try {
    const { FunctionArn = '' } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    );
    return ACCOUNT_IN_ARN.exec(FunctionArn)?.[1];
  } catch (error) {
    if (error instanceof FunctionNotFoundException) return ACCOUNT_IN_ARN.exec(error.message)?.[1];
    throw error;
  }
}
