import { ACCOUNT_ID, nameFromArn } from '../../shared/arn.ts';

/**
 * The URL of a queue. It carries the gateway's address: an SDK calls the host in the URL, whatever its endpoint setting.
 *
 * @param endpoint of the SQS gateway
 */
export function queueUrl(endpoint: string, queueNameOrArn: string): string {
  return `${endpoint}/${ACCOUNT_ID}/${nameFromArn(queueNameOrArn)}`;
}
