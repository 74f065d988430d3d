import {
  DEFAULT_EVENT_INVOKE_CONFIG,
  type AsyncInvoker,
} from '../../services/lambda/async-invoker.ts';
import { nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { CreatedResource, ResourceRequest } from '../provider.ts';

export function createEventInvokeConfig(
  { name, inputs }: ResourceRequest,
  asyncInvoker: AsyncInvoker,
): CreatedResource {
  const functionName = nameFromArn(inputs.string('functionName'));
  const destinations = inputs.child('destinationConfig');
  destinations?.unsupported('onSuccess', 'it delivers failures only.');
  const onFailure = destinations?.child('onFailure')?.string('destination');
  if (
    onFailure !== undefined &&
    (!onFailure.startsWith('arn:aws:sqs:') || onFailure.endsWith('.fifo'))
  ) {
    throw new LocalStackError(
      'InvalidResource',
      `Event invoke configuration "${name}": the on-failure destination must be the ARN of a standard SQS queue ` +
        `(Lambda accepts no FIFO queue, the local stack no other service), got ${onFailure}.`,
    );
  }
  asyncInvoker.configure(functionName, {
    maximumRetryAttempts:
      inputs.optionalNumber('maximumRetryAttempts') ??
      DEFAULT_EVENT_INVOKE_CONFIG.maximumRetryAttempts,
    maximumEventAgeSeconds:
      inputs.optionalNumber('maximumEventAgeInSeconds') ??
      DEFAULT_EVENT_INVOKE_CONFIG.maximumEventAgeSeconds,
    onFailure,
  });
  return { id: functionName, outputs: {} };
}
