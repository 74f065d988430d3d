import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import type { CredentialRegistry } from '../gateway/credentials.ts';
import { queueUrl } from '../sqs/queue-url.ts';
import type { SendToDestination } from './async-invoker.ts';

export interface DestinationSenderOptions {
  readonly region: string;
  readonly credentials: CredentialRegistry;
  readonly sqsEndpoint: string;
}

/** Lambda writes to a destination with the permissions of the function's execution role. */
export function destinationSender({
  region,
  credentials,
  sqsEndpoint,
}: DestinationSenderOptions): SendToDestination {
  return async (host, destinationArn, record) => {
    const { name, roleArn } = host.settings;
    const session = credentials.issue({ sessionName: name, roleArn });
    const sqs = new SQSClient({ region, endpoint: sqsEndpoint, credentials: session });
    try {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl(sqsEndpoint, destinationArn),
          MessageBody: record,
        }),
      );
    } finally {
      sqs.destroy();
      credentials.revoke(session);
    }
  };
}
