import type { ApiKeys } from '../../services/apigateway/api-keys.ts';
import { LocalStackError } from '../../shared/errors.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';
import { idOf } from './inputs.ts';

export function apiKeyProviders(apiKeys: ApiKeys): ResourceProviders {
  return {
    'aws:apigateway/apiKey:ApiKey': (resource) => createApiKey(resource, apiKeys),
    'aws:apigateway/usagePlan:UsagePlan': (resource) => createUsagePlan(resource, apiKeys),
    'aws:apigateway/usagePlanKey:UsagePlanKey': (resource) => addToPlan(resource, apiKeys),
  };
}

function createApiKey(resource: ResourceRequest, apiKeys: ApiKeys): CreatedResource {
  const name = nameOf(resource);
  const key = apiKeys.create(name, resource.inputs.optionalString('value'));
  return { id: key.id, outputs: { name, value: key.value } };
}

function createUsagePlan({ name, inputs }: ResourceRequest, apiKeys: ApiKeys): CreatedResource {
  const id = idOf('plan', name);
  const stages = inputs
    .children('apiStages')
    .map((stage) => `${stage.string('apiId')}/${stage.string('stage')}`);
  apiKeys.addPlan(id, {
    stages,
    throttle: throttleOf(inputs.child('throttleSettings')),
    requestsPerDay: requestsPerDayOf(name, inputs.child('quotaSettings')),
  });
  return { id, outputs: {} };
}

function throttleOf(settings: ResourceInputs | undefined) {
  const rate = settings?.optionalNumber('rateLimit');
  const burst = settings?.optionalNumber('burstLimit');
  return rate === undefined || burst === undefined ? undefined : { rate, burst };
}

function requestsPerDayOf(plan: string, quota: ResourceInputs | undefined): number | undefined {
  if (quota === undefined) return undefined;
  const period = quota.string('period');
  if (period === 'DAY') return quota.optionalNumber('limit');
  throw new LocalStackError(
    'UnsupportedProperty',
    `Usage plan "${plan}": the local stack has quotas of a DAY, not of a ${period}.`,
  );
}

function addToPlan({ name, inputs }: ResourceRequest, apiKeys: ApiKeys): CreatedResource {
  apiKeys.addToPlan(inputs.string('usagePlanId'), inputs.string('keyId'));
  return { id: name, outputs: {} };
}
