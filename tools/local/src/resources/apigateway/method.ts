import type { Integration } from '../../services/apigateway/rest-api-definition.ts';
import type { RestApis } from '../../services/apigateway/rest-apis.ts';
import { nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { CreatedResource, ResourceProviders, ResourceRequest } from '../provider.ts';
import { fixedHeaders, methodPlaceOf } from './inputs.ts';

/** Methods and what they are connected to. */
export function methodProviders(restApis: RestApis): ResourceProviders {
  return {
    'aws:apigateway/method:Method': (resource) => createMethod(resource, restApis),
    'aws:apigateway/methodResponse:MethodResponse': ({ name }) => ({ id: name, outputs: {} }),
    'aws:apigateway/integration:Integration': (resource) => createIntegration(resource, restApis),
    'aws:apigateway/integrationResponse:IntegrationResponse': (resource) =>
      createIntegrationResponse(resource, restApis),
  };
}

function createMethod({ name, inputs }: ResourceRequest, restApis: RestApis): CreatedResource {
  const authorization = inputs.string('authorization');
  if (authorization !== 'NONE') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Method "${name}": the local stack checks API keys only, so authorization must be NONE, not ${authorization}.`,
    );
  }
  const { api, key, httpMethod, resourceId } = methodPlaceOf(inputs, restApis);
  api.methods.set(key, {
    resourceId,
    httpMethod,
    apiKeyRequired: inputs.boolean('apiKeyRequired', false),
    requestModels: inputs.stringRecord('requestModels'),
    requestValidatorId: inputs.optionalString('requestValidatorId'),
  });
  return { id: key, outputs: {} };
}

function createIntegration(resource: ResourceRequest, restApis: RestApis): CreatedResource {
  const { api, key } = methodPlaceOf(resource.inputs, restApis);
  if (!api.methods.has(key)) {
    throw new LocalStackError(
      'InvalidResource',
      `Integration "${resource.name}": its method does not exist yet; add the method to dependsOn.`,
    );
  }
  api.integrations.set(key, integrationOf(resource));
  return { id: key, outputs: {} };
}

function integrationOf({ name, inputs }: ResourceRequest): Integration {
  const type = inputs.string('type');
  if (type === 'MOCK') return { type, requestTemplates: inputs.stringRecord('requestTemplates') };
  const functionArn = /\/functions\/(.+)\/invocations$/.exec(
    inputs.optionalString('uri') ?? '',
  )?.[1];
  if (type !== 'AWS_PROXY' || functionArn === undefined) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Integration "${name}": the local stack has MOCK, and AWS_PROXY with a function's invokeArn as its uri, not ${type}.`,
    );
  }
  if (inputs.optionalString('integrationHttpMethod') !== 'POST') {
    throw new LocalStackError(
      'InvalidResource',
      `Integration "${name}": functions are invoked with POST; set integrationHttpMethod to POST.`,
    );
  }
  return {
    type,
    functionName: nameFromArn(functionArn),
    timeoutMs: inputs.optionalNumber('timeoutMilliseconds') ?? 29_000,
  };
}

/** The only response template that the local stack runs: it decodes a string. */
const ENCODED_DOCUMENT = /^\$util\.base64Decode\('([A-Za-z0-9+/=]*)'\)$/;

function createIntegrationResponse(
  { name, inputs }: ResourceRequest,
  restApis: RestApis,
): CreatedResource {
  const { api, key } = methodPlaceOf(inputs, restApis);
  const [[contentType, template] = ['', '']] = Object.entries(
    inputs.stringRecord('responseTemplates'),
  );
  const encoded = ENCODED_DOCUMENT.exec(template)?.[1];
  if (encoded === undefined) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Integration response "${name}": the local stack runs no templates but $util.base64Decode('…').`,
    );
  }
  api.mockResponses.set(key, {
    status: Number(inputs.string('statusCode')),
    contentType,
    headers: fixedHeaders(name, inputs, 'method.response.header.'),
    body: Buffer.from(encoded, 'base64').toString('utf8'),
  });
  return { id: `${key} response`, outputs: {} };
}
