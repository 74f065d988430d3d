import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import { nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import { queueUrl } from '../sqs/queue.ts';
import type { ResourceProvider, StackContext } from '../stack-context.ts';
import {
  DEFAULT_EVENT_INVOKE_CONFIG,
  type SendToDestination,
} from '../../services/lambda/async-invoker.ts';

const createEventInvokeConfig: ResourceProvider = ({ name, inputs }, stack) => {
  const functionName = nameFromArn(inputs.text('functionName'));
  const destinations = inputs.child('destinationConfig');
  destinations?.refuse('onSuccess', 'it delivers failures only.');
  const onFailure = destinations?.child('onFailure')?.text('destination');
  if (
    onFailure !== undefined &&
    (!onFailure.startsWith('arn:aws:sqs:') || onFailure.endsWith('.fifo'))
  ) {
    throw new LocalStackError(
      'InvalidResource',
      `Event invoke configuration "${name}": the on-failure destination must be the ARN of a standard SQS queue ` +
        `(Lambda takes no FIFO queue, the local stack no other service), got ${onFailure}.`,
    );
  }
  stack.asyncInvoker.configure(functionName, {
    maximumRetryAttempts:
      inputs.optionalNumber('maximumRetryAttempts') ??
      DEFAULT_EVENT_INVOKE_CONFIG.maximumRetryAttempts,
    maximumEventAgeSeconds:
      inputs.optionalNumber('maximumEventAgeInSeconds') ??
      DEFAULT_EVENT_INVOKE_CONFIG.maximumEventAgeSeconds,
    onFailure,
  });
  return { id: functionName, outputs: {} };
};

/** Lambda writes to a destination with the rights of the function's execution role. */
export function destinationSender(
  stack: Pick<StackContext, 'region' | 'credentials'> & {
    readonly endpoints: Pick<StackContext['endpoints'], 'sqs'>;
  },
): SendToDestination {
  return async (host, destinationArn, record) => {
    const { name: functionName, roleArn } = host.settings;
    const credentials = stack.credentials.issue({ functionName, roleArn });
    const sqs = new SQSClient({
      region: stack.region,
      endpoint: stack.endpoints.sqs,
      credentials,
    });
    try {
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl(stack, destinationArn), MessageBody: record }),
      );
    } finally {
      sqs.destroy();
      stack.credentials.revoke(credentials);
    }
  };
}

export const eventInvokeConfigResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': createEventInvokeConfig,
};
