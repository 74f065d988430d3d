import { ACCOUNT_ID } from '../shared/arn.ts';
import { LocalStackError } from '../shared/errors.ts';

/**
 * The result of a provider function: what the program asks AWS about, for the local account.
 *
 * @throws LocalStackError `UnknownFunctionCall`
 */
export function callProviderFunction(token: string, region: string): Record<string, unknown> {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return {
        id: ACCOUNT_ID,
        accountId: ACCOUNT_ID,
        arn: `arn:aws:iam::${ACCOUNT_ID}:root`,
        userId: ACCOUNT_ID,
      };
    case 'aws:index/getRegion:getRegion':
      return { id: region, name: region, region, description: region };
    case 'aws:index/getPartition:getPartition':
      return {
        id: 'aws',
        partition: 'aws',
        dnsSuffix: 'amazonaws.com',
        reverseDnsPrefix: 'com.amazonaws',
      };
    default:
      throw new LocalStackError(
        'UnknownFunctionCall',
        `The Pulumi program calls the provider function ${token}, which the local stack does not have. ` +
          'Add it to callProviderFunction in tools/local/src/pulumi/provider-functions.ts.',
      );
  }
}
