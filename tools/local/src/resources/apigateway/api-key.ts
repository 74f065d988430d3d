import type { ApiKeys } from '../../services/apigateway/api-keys.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';
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
  inputs.unsupported('quotaSettings', 'it counts no requests over time.');
  inputs.unsupported('throttleSettings', 'it throttles whole stages.');
  const id = idOf('plan', name);
  const stages = inputs
    .children('apiStages')
    .map((stage) => `${stage.string('apiId')}/${stage.string('stage')}`);
  apiKeys.addPlan(id, stages);
  return { id, outputs: {} };
}

function addToPlan({ name, inputs }: ResourceRequest, apiKeys: ApiKeys): CreatedResource {
  apiKeys.addToPlan(inputs.string('usagePlanId'), inputs.string('keyId'));
  return { id: name, outputs: {} };
}
