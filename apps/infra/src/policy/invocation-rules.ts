import { failureDestination, pipeTarget, scheduleTarget } from './dead-letter-targets.ts';
import { statementsOf } from './policy-document.ts';
import { TYPES } from '../graph/resource-types.ts';
import {
  isSame,
  isSet,
  listOf,
  ofType,
  type PolicyResource,
  UNKNOWN,
  valueAt,
} from './resource.ts';
import type { GraphRule, ResourceRule, Violation } from './rule.ts';

export const queueMappingReportsFailures: ResourceRule = {
  scope: 'resource',
  name: 'queue-mapping-reports-failures',
  description:
    'A function fed by a queue reports single failures, and a FIFO queue has no batching window.',
  check: (mapping) => {
    const source = queueOf(mapping);
    if (source === undefined) return [];
    const faults: string[] = [];
    const responseTypes = valueAt(mapping, 'functionResponseTypes');
    if (responseTypes !== UNKNOWN && !listOf(responseTypes).includes('ReportBatchItemFailures')) {
      faults.push(
        'a returned failure would count as success and the message be lost: ' +
          'add ReportBatchItemFailures to functionResponseTypes',
      );
    }
    const window = valueAt(mapping, 'maximumBatchingWindowInSeconds');
    if (source.endsWith('.fifo') && Number(window) > 0) {
      faults.push(
        'a FIFO queue allows no batching window: leave maximumBatchingWindowInSeconds out',
      );
    }
    return faults;
  },
};

export const queueMappingLimitsConcurrency: ResourceRule = {
  scope: 'resource',
  name: 'queue-mapping-limits-concurrency',
  description: 'A mapping from a queue limits how many instances it keeps busy.',
  check: (mapping) => {
    if (queueOf(mapping) === undefined) return [];
    const limit = valueAt(mapping, 'scalingConfig', 'maximumConcurrency');
    return limit === UNKNOWN || Number(limit) > 0
      ? []
      : [
          'reserved concurrency alone makes the mapping over-poll, and throttled batches use up their receives: ' +
            'set scalingConfig.maximumConcurrency',
        ];
  },
};

/** The ARN of the queue that the mapping reads; undefined for another resource or source, or while it is not known. */
function queueOf(mapping: PolicyResource): string | undefined {
  if (mapping.type !== TYPES.mapping) return undefined;
  const source = valueAt(mapping, 'eventSourceArn');
  return typeof source === 'string' && source.split(':')[2] === 'sqs' ? source : undefined;
}

export const asynchronousDeliveryHasDeadLetterQueue: GraphRule = {
  scope: 'graph',
  name: 'asynchronous-delivery-has-dead-letter-queue',
  description:
    'Pipes, schedules and asynchronous invocations send what they cannot deliver to a queue.',
  check: (resources) => [
    ...ofType(resources, TYPES.pipe)
      .filter((pipe) => isStreamPipe(pipe) && !isSet(pipeTarget(pipe)))
      .map((resource) => ({
        resource,
        message: 'records that its target keeps refusing are lost: set deadLetterConfig.arn',
      })),
    ...ofType(resources, TYPES.schedule)
      .filter((schedule) => !isSet(scheduleTarget(schedule)))
      .map((resource) => ({
        resource,
        message: 'runs that could not be started are lost: set target.deadLetterConfig.arn',
      })),
    ...functionsWithoutFailureDestination(resources),
  ],
};

function isStreamPipe(pipe: PolicyResource): boolean {
  return valueAt(pipe, 'sourceParameters', 'dynamodbStreamParameters') !== undefined;
}

/**
 * A role that may invoke a function belongs to a schedule or to another function, and both invoke it asynchronously: an event
 * that still fails after the retries is dropped unless the function has a destination.
 */
function functionsWithoutFailureDestination(resources: readonly PolicyResource[]): Violation[] {
  const invocable = ofType(resources, TYPES.rolePolicy).flatMap((policy) =>
    (statementsOf(valueAt(policy, 'policy')) ?? [])
      .filter((s) => s.effect === 'Allow' && s.actions.includes('lambda:InvokeFunction'))
      .flatMap((s) => s.resources),
  );
  const caughtBy = ofType(resources, TYPES.invokeConfig).filter((config) =>
    isSet(failureDestination(config)),
  );
  if (caughtBy.some((config) => valueAt(config, 'functionName') === UNKNOWN)) return [];
  return ofType(resources, TYPES.function)
    .filter((fn) => invocable.includes(valueAt(fn, 'arn')))
    .filter((fn) => !isSet(valueAt(fn, 'deadLetterConfig', 'targetArn')))
    .filter(
      (fn) =>
        !caughtBy.some((config) =>
          ['name', 'arn'].some((key) => isSame(valueAt(config, 'functionName'), valueAt(fn, key))),
        ),
    )
    .map((resource) => ({
      resource,
      message:
        'it is invoked asynchronously, and what keeps failing is dropped: ' +
        'add a FunctionEventInvokeConfig with destinationConfig.onFailure',
    }));
}

export const logRetention: GraphRule = {
  scope: 'graph',
  name: 'log-retention',
  description:
    'The logs of every log group expire, and every function writes to a log group of this stack.',
  check: (resources) => {
    const groups = ofType(resources, TYPES.logGroup);
    const endless = groups
      .filter((group) => !(Number(valueAt(group, 'retentionInDays')) > 0))
      .map((resource) => ({
        resource,
        message: 'its logs never expire: set retentionInDays',
      }));
    const homeless = ofType(resources, TYPES.function)
      .filter((fn) => {
        const written = logGroupOf(fn);
        return written !== UNKNOWN && !groups.some((group) => valueAt(group, 'name') === written);
      })
      .map((resource) => ({
        resource,
        message: `its log group ${String(logGroupOf(resource))} is not of this stack, so Lambda would create it without a retention`,
      }));
    return [...endless, ...homeless];
  },
};

/** Lambda's default when the function names none (Lambda: configuring CloudWatch log groups). */
function logGroupOf(fn: PolicyResource): unknown {
  const named = valueAt(fn, 'loggingConfig', 'logGroup');
  if (isSet(named)) return named;
  return `/aws/lambda/${String(valueAt(fn, 'name'))}`;
}
