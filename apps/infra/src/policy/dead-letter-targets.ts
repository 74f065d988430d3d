import { TYPES } from '../graph/resource-types.ts';
import { ofType, type PolicyResource, UNKNOWN, valueAt } from './resource.ts';

export interface DeadLetterTargets {
  /** ARNs of everything that receives dead letters. */
  arns: ReadonlySet<unknown>;
  /** False while one of them is not known yet. */
  allKnown: boolean;
}

/** Where the resources send what they cannot deliver or process. */
export function deadLetterTargets(resources: readonly PolicyResource[]): DeadLetterTargets {
  const targets = [
    ...ofType(resources, TYPES.queue).map((queue) =>
      redriveTarget(valueAt(queue, 'redrivePolicy')),
    ),
    ...ofType(resources, TYPES.pipe).map(pipeTarget),
    ...ofType(resources, TYPES.schedule).map(scheduleTarget),
    ...ofType(resources, TYPES.invokeConfig).map(failureDestination),
    ...ofType(resources, TYPES.function).map((fn) => valueAt(fn, 'deadLetterConfig', 'targetArn')),
  ];
  return { arns: new Set(targets.filter(isText)), allKnown: !targets.includes(UNKNOWN) };
}

/** Where a pipe sends the stream records that its target keeps rejecting. */
export function pipeTarget(pipe: PolicyResource): unknown {
  return valueAt(pipe, 'sourceParameters', 'dynamodbStreamParameters', 'deadLetterConfig', 'arn');
}

/** Where a schedule sends the invocations that it could not start. */
export function scheduleTarget(schedule: PolicyResource): unknown {
  return valueAt(schedule, 'target', 'deadLetterConfig', 'arn');
}

/** Where Lambda sends the asynchronous invocations that kept failing. */
export function failureDestination(invokeConfig: PolicyResource): unknown {
  return valueAt(invokeConfig, 'destinationConfig', 'onFailure', 'destination');
}

function redriveTarget(redrivePolicy: unknown): unknown {
  if (typeof redrivePolicy !== 'string' || redrivePolicy === '') return redrivePolicy;
  return (JSON.parse(redrivePolicy) as { deadLetterTargetArn?: unknown }).deadLetterTargetArn;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
