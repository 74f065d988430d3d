import { createHash } from 'node:crypto';

import { nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import { startAnsweringServer } from '../../shared/loopback-server.ts';
import type { ResourceInputs, ResourceRequest } from '../resource-inputs.ts';
import type { ResourceProvider, StackContext } from '../stack-context.ts';
import { compileModel } from '../../services/apigateway/body-model.ts';
import { fixedHeaders } from './fixed-headers.ts';
import {
  RestApiDefinition,
  type Integration,
} from '../../services/apigateway/rest-api-definition.ts';
import { executionArn, Stage } from '../../services/apigateway/stage.ts';

/** Every REST API of the program, with its deployments and stages. */
export class RestApis {
  readonly byId = new Map<string, RestApiDefinition>();
  /** By deployment id. */
  readonly deployments = new Map<string, RestApiDefinition>();
  /** By `<API id>/<stage name>`. */
  readonly stages = new Map<string, Stage>();
}

const createRestApi: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  inputs.refuse('body', 'declare resources and methods one by one.');
  inputs.refuse('binaryMediaTypes', 'it hands bodies on as text.');
  inputs.refuse('policy', 'it has no resource policies.');
  const id = idOf('api', name);
  const rootResourceId = `${id}-root`;
  stack.restApis.byId.set(id, new RestApiDefinition(id, name, rootResourceId));
  return {
    id,
    outputs: { name, rootResourceId, executionArn: executionArn(stack.region, id) },
  };
};

const createResource: ResourceProvider = ({ name, inputs }, stack) => {
  const api = apiOf(inputs, stack);
  const part = inputs.text('pathPart');
  if (part.includes('{')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Resource "${name}": the local stack has no path parameters, got "${part}".`,
    );
  }
  const parentPath = api.paths.get(inputs.text('parentId')) ?? '/';
  const path = `${parentPath === '/' ? '' : parentPath}/${part}`;
  const id = idOf('resource', `${api.id}${path}`);
  api.paths.set(id, path);
  return { id, outputs: { path } };
};

const createMethod: ResourceProvider = ({ name, inputs }, stack) => {
  const authorization = inputs.text('authorization');
  if (authorization !== 'NONE') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Method "${name}": the local stack checks API keys only, so authorization must be NONE, not ${authorization}.`,
    );
  }
  const { api, key, httpMethod, resourceId } = placeOf(inputs, stack);
  api.methods.set(key, {
    resourceId,
    httpMethod,
    apiKeyRequired: inputs.flag('apiKeyRequired', false),
    requestModels: inputs.textRecord('requestModels'),
    requestValidatorId: inputs.optionalText('requestValidatorId'),
  });
  return { id: key, outputs: {} };
};

const createIntegration: ResourceProvider = (resource, stack) => {
  const { api, key } = placeOf(resource.inputs, stack);
  if (!api.methods.has(key)) {
    throw new LocalStackError(
      'InvalidResource',
      `Integration "${resource.name}": its method does not exist yet; it must wait for the method (dependsOn).`,
    );
  }
  api.integrations.set(key, integrationOf(resource));
  return { id: key, outputs: {} };
};

function integrationOf({ name, inputs }: ResourceRequest): Integration {
  const type = inputs.text('type');
  if (type === 'MOCK') return { type, requestTemplates: inputs.textRecord('requestTemplates') };
  const functionArn = /\/functions\/(.+)\/invocations$/.exec(inputs.optionalText('uri') ?? '')?.[1];
  if (type !== 'AWS_PROXY' || functionArn === undefined) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Integration "${name}": the local stack has MOCK and AWS_PROXY with a function's invokeArn as its uri, not ${type}.`,
    );
  }
  if (inputs.optionalText('integrationHttpMethod') !== 'POST') {
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

/** The one thing that a response template may do here: decode a text. */
const ENCODED_DOCUMENT = /^\$util\.base64Decode\('([A-Za-z0-9+/=]*)'\)$/;

const createIntegrationResponse: ResourceProvider = ({ name, inputs }, stack) => {
  const { api, key } = placeOf(inputs, stack);
  const [[contentType, template] = ['', '']] = Object.entries(
    inputs.textRecord('responseTemplates'),
  );
  const encoded = ENCODED_DOCUMENT.exec(template)?.[1];
  if (encoded === undefined) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Integration response "${name}": the local stack runs no templates but $util.base64Decode('…').`,
    );
  }
  api.mockAnswers.set(key, {
    status: Number(inputs.text('statusCode')),
    contentType,
    headers: fixedHeaders({ name, inputs }, 'method.response.header.'),
    body: Buffer.from(encoded, 'base64').toString('utf8'),
  });
  return { id: `${key} response`, outputs: {} };
};

const createModel: ResourceProvider = ({ inputs }, stack) => {
  const name = inputs.text('name');
  apiOf(inputs, stack).models.set(name, compileModel(name, inputs.text('schema')));
  return { id: name, outputs: { name } };
};

const createRequestValidator: ResourceProvider = ({ name, inputs }, stack) => {
  const api = apiOf(inputs, stack);
  const id = idOf('validator', `${api.id}${name}`);
  if (inputs.flag('validateRequestBody', false)) api.bodyValidators.add(id);
  return { id, outputs: {} };
};

const createGatewayResponse: ResourceProvider = ({ name, inputs }, stack) => {
  const status = inputs.optionalText('statusCode');
  const type = inputs.text('responseType');
  apiOf(inputs, stack, 'restApiId').gatewayResponses.set(type, {
    status: status === undefined ? undefined : Number(status),
    template: inputs.textRecord('responseTemplates')['application/json'],
    headers: fixedHeaders({ name, inputs }, 'gatewayresponse.header.'),
  });
  return { id: type, outputs: {} };
};

const createDeployment: ResourceProvider = ({ name, inputs }, stack) => {
  const api = apiOf(inputs, stack);
  const id = idOf('deployment', `${api.id}${name}`);
  stack.restApis.deployments.set(id, api.copy());
  return { id, outputs: {} };
};

const createStage: ResourceProvider = async ({ name, inputs }, stack) => {
  const api = stack.restApis.deployments.get(inputs.text('deployment'));
  if (api === undefined) {
    throw new LocalStackError('InvalidResource', `Stage "${name}": its deployment does not exist.`);
  }
  const stageName = inputs.text('stageName');
  const log = inputs.child('accessLogSettings');
  const stage = new Stage({
    name: stageName,
    api,
    accessLog: log && {
      group: log.text('destinationArn').replace(/^.*:log-group:/, ''),
      format: log.text('format'),
    },
    stack,
  });
  stack.restApis.stages.set(`${api.id}/${stageName}`, stage);
  const server = await startAnsweringServer(
    (incoming, body) => stage.answer(incoming, body),
    stack.ports.intake,
  );
  stack.onStop(() => server.stop());
  return {
    id: `${api.id}/${stageName}`,
    outputs: {
      stageName,
      invokeUrl: `${server.url}/${stageName}`,
      executionArn: `${executionArn(stack.region, api.id)}/${stageName}`,
    },
  };
};

const createMethodSettings: ResourceProvider = ({ name, inputs }, stack) => {
  const key = `${apiOf(inputs, stack).id}/${inputs.text('stageName')}`;
  const path = inputs.text('methodPath');
  if (path !== '*/*') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Method settings "${name}": the local stack throttles a whole stage (*/*), not ${path}.`,
    );
  }
  const settings = inputs.child('settings');
  const rate = settings?.optionalNumber('throttlingRateLimit');
  const burst = settings?.optionalNumber('throttlingBurstLimit');
  if (rate !== undefined && burst !== undefined) {
    stack.restApis.stages.get(key)?.throttle(rate, burst);
  }
  return { id: `${key}/${path}`, outputs: {} };
};

const createApiKey: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  const key = stack.apiKeys.create(name, inputs.optionalText('value'));
  return { id: key.id, outputs: { name, value: key.value } };
};

const createUsagePlan: ResourceProvider = ({ name, inputs }, stack) => {
  inputs.refuse('quotaSettings', 'it counts no requests over time.');
  inputs.refuse('throttleSettings', 'it throttles whole stages.');
  const id = idOf('plan', name);
  const stages = inputs
    .children('apiStages')
    .map((stage) => `${stage.text('apiId')}/${stage.text('stage')}`);
  stack.apiKeys.addPlan(id, stages);
  return { id, outputs: {} };
};

const createUsagePlanKey: ResourceProvider = ({ name, inputs }, stack) => {
  stack.apiKeys.addToPlan(inputs.text('usagePlanId'), inputs.text('keyId'));
  return { id: name, outputs: {} };
};

const createWithoutBehaviour: ResourceProvider = ({ name }) => ({ id: name, outputs: {} });

function apiOf(inputs: ResourceInputs, stack: StackContext, key = 'restApi'): RestApiDefinition {
  const id = inputs.text(key);
  const api = stack.restApis.byId.get(id);
  if (api !== undefined) return api;
  throw new LocalStackError('InvalidResource', `There is no REST API "${id}" in the program.`);
}

function placeOf(inputs: ResourceInputs, stack: StackContext) {
  const httpMethod = inputs.text('httpMethod');
  const resourceId = inputs.text('resourceId');
  const key = RestApiDefinition.methodKey(httpMethod, resourceId);
  return { api: apiOf(inputs, stack), key, httpMethod, resourceId };
}

/** Ten characters, as API Gateway's ids have; the same in every run. */
function idOf(kind: string, name: string): string {
  return createHash('sha256').update(`${kind} ${name}`).digest('hex').slice(0, 10);
}

export const apiGatewayResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:apigateway/account:Account': createWithoutBehaviour,
  'aws:apigateway/apiKey:ApiKey': createApiKey,
  'aws:apigateway/deployment:Deployment': createDeployment,
  'aws:apigateway/integration:Integration': createIntegration,
  'aws:apigateway/integrationResponse:IntegrationResponse': createIntegrationResponse,
  'aws:apigateway/method:Method': createMethod,
  'aws:apigateway/methodResponse:MethodResponse': createWithoutBehaviour,
  'aws:apigateway/methodSettings:MethodSettings': createMethodSettings,
  'aws:apigateway/model:Model': createModel,
  'aws:apigateway/requestValidator:RequestValidator': createRequestValidator,
  'aws:apigateway/resource:Resource': createResource,
  'aws:apigateway/response:Response': createGatewayResponse,
  'aws:apigateway/restApi:RestApi': createRestApi,
  'aws:apigateway/stage:Stage': createStage,
  'aws:apigateway/usagePlan:UsagePlan': createUsagePlan,
  'aws:apigateway/usagePlanKey:UsagePlanKey': createUsagePlanKey,
};
