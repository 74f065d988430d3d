import type { ResourceProvider, ResourceProviders } from '../provider.ts';
import { apiKeyProviders } from './api-key.ts';
import { methodProviders } from './method.ts';
import { restApiProviders } from './rest-api.ts';
import { stageProviders, type StageProviderOptions } from './stage.ts';

/** Every resource type of API Gateway. */
export function apiGatewayProviders(options: StageProviderOptions): ResourceProviders {
  return {
    ...restApiProviders(options),
    ...methodProviders(options.restApis),
    ...stageProviders(options),
    ...apiKeyProviders(options.apiKeys),
    'aws:apigateway/account:Account': withoutBehaviour,
  };
}

const withoutBehaviour: ResourceProvider = ({ name }) => ({ id: name, outputs: {} });
