import { compileModel } from '../../services/apigateway/body-model.ts';
import { RestApiDefinition } from '../../services/apigateway/rest-api-definition.ts';
import type { RestApis } from '../../services/apigateway/rest-apis.ts';
import { executionArn } from '../../services/apigateway/stage.ts';
import { LocalStackError } from '../../shared/errors.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';
import { apiOf, fixedHeaders, idOf } from './inputs.ts';

export interface RestApiProviderOptions {
  readonly region: string;
  readonly restApis: RestApis;
}

/** An API, its resources (paths), and what its methods share: models, validators, gateway responses. */
export function restApiProviders(options: RestApiProviderOptions): ResourceProviders {
  const { restApis } = options;
  return {
    'aws:apigateway/restApi:RestApi': (resource) => createRestApi(resource, options),
    'aws:apigateway/resource:Resource': (resource) => createResource(resource, restApis),
    'aws:apigateway/model:Model': (resource) => createModel(resource, restApis),
    'aws:apigateway/requestValidator:RequestValidator': (resource) =>
      createRequestValidator(resource, restApis),
    'aws:apigateway/response:Response': (resource) => createGatewayResponse(resource, restApis),
  };
}

function createRestApi(
  resource: ResourceRequest,
  { region, restApis }: RestApiProviderOptions,
): CreatedResource {
  const { inputs } = resource;
  const name = nameOf(resource);
  inputs.unsupported('body', 'declare resources and methods one by one.');
  inputs.unsupported('binaryMediaTypes', 'it passes bodies on as text.');
  inputs.unsupported('policy', 'it has no resource policies.');
  const id = idOf('api', name);
  const rootResourceId = `${id}-root`;
  restApis.byId.set(id, new RestApiDefinition(id, name, rootResourceId));
  return { id, outputs: { name, rootResourceId, executionArn: executionArn(region, id) } };
}

function createResource({ name, inputs }: ResourceRequest, restApis: RestApis): CreatedResource {
  const api = apiOf(inputs, restApis);
  const part = inputs.string('pathPart');
  if (part.includes('{')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Resource "${name}": the local stack has no path parameters, got "${part}".`,
    );
  }
  const parentPath = api.paths.get(inputs.string('parentId')) ?? '/';
  const path = `${parentPath === '/' ? '' : parentPath}/${part}`;
  const id = idOf('resource', `${api.id}${path}`);
  api.paths.set(id, path);
  return { id, outputs: { path } };
}

function createModel({ inputs }: ResourceRequest, restApis: RestApis): CreatedResource {
  const name = inputs.string('name');
  apiOf(inputs, restApis).models.set(name, compileModel(name, inputs.string('schema')));
  return { id: name, outputs: { name } };
}

function createRequestValidator(
  { name, inputs }: ResourceRequest,
  restApis: RestApis,
): CreatedResource {
  const api = apiOf(inputs, restApis);
  const id = idOf('validator', `${api.id}${name}`);
  if (inputs.boolean('validateRequestBody', false)) api.bodyValidators.add(id);
  return { id, outputs: {} };
}

function createGatewayResponse(
  { name, inputs }: ResourceRequest,
  restApis: RestApis,
): CreatedResource {
  const status = inputs.optionalString('statusCode');
  const type = inputs.string('responseType');
  apiOf(inputs, restApis, 'restApiId').gatewayResponses.set(type, {
    status: status === undefined ? undefined : Number(status),
    template: inputs.stringRecord('responseTemplates')['application/json'],
    headers: fixedHeaders(name, inputs, 'gatewayresponse.header.'),
  });
  return { id: type, outputs: {} };
}
