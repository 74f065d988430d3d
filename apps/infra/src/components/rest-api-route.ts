import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { DeployedDefinition } from './deployed-definition.ts';
import { headerParameters, JSON_HEADERS } from './json-headers.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** Requests that a function handles. */
export interface FunctionRoute {
  kind: 'function';
  /** One segment, without slashes. */
  path: string;
  method: 'POST';
  function: LambdaFunction;
  /** Whether callers need an API key. */
  apiKeyRequired: boolean;
  /** What the API checks every body against, whatever its content type: JSON Schema draft-04. */
  bodyModel: { name: string; schema: unknown };
}

/** A document that the API itself returns. */
export interface DocumentRoute {
  kind: 'document';
  /** One segment, without slashes. */
  path: string;
  /** JSON. */
  document: string;
}

export type Route = FunctionRoute | DocumentRoute;

/** The API that a route belongs to. */
export interface RouteOwner {
  /** Logical name. */
  name: string;
  api: aws.apigateway.RestApi;
  bodyValidator: aws.apigateway.RequestValidator;
  stageName: string;
  /** Collects what the API's deployment copies. */
  definition: DeployedDefinition;
}

/** Longest time that a REST API waits for a function, in ms (API Gateway quotas: integration timeout). */
const INTEGRATION_TIMEOUT_MS = 29_000;

/** Declares a route. @returns what the API's deployment must wait for. */
export function declareRoute(
  route: Route,
  owner: RouteOwner,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const name = `${owner.name}-${route.path.replaceAll('.', '-')}`;
  const resource = new aws.apigateway.Resource(
    name,
    owner.definition.include({
      restApi: owner.api.id,
      parentId: owner.api.rootResourceId,
      pathPart: route.path,
    }),
    { parent },
  );
  const place = { restApi: owner.api.id, resourceId: resource.id };
  return route.kind === 'function'
    ? declareFunctionRoute(name, route, owner, place, parent)
    : declareDocumentRoute(name, route, owner, place, parent);
}

const METHOD_RESPONSE_HEADER = 'method.response.header.';

type Place = Pick<aws.apigateway.MethodArgs, 'restApi' | 'resourceId'>;

function declareFunctionRoute(
  name: string,
  route: FunctionRoute,
  owner: RouteOwner,
  place: Place,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const { bodyModel, method: httpMethod } = route;
  const { definition } = owner;
  const fn = route.function.function;
  const model = new aws.apigateway.Model(
    `${name}-model`,
    definition.include({
      restApi: owner.api.id,
      name: bodyModel.name,
      contentType: 'application/json',
      schema: JSON.stringify(bodyModel.schema),
    }),
    { parent },
  );
  const method = new aws.apigateway.Method(
    `${name}-method`,
    definition.include({
      ...place,
      httpMethod,
      authorization: 'NONE',
      apiKeyRequired: route.apiKeyRequired,
      requestValidatorId: owner.bodyValidator.id,
      // Without $default a body of another content type would bypass the model.
      requestModels: { 'application/json': model.name, $default: model.name },
    }),
    { parent },
  );
  const permission = new aws.lambda.Permission(
    `${name}-permission`,
    {
      action: 'lambda:InvokeFunction',
      function: fn.name,
      principal: 'apigateway.amazonaws.com',
      sourceArn: pulumi.interpolate`${owner.api.executionArn}/${owner.stageName}/${httpMethod}/${route.path}`,
    },
    { parent },
  );
  const integration = new aws.apigateway.Integration(
    `${name}-integration`,
    definition.include({
      ...place,
      httpMethod,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: fn.invokeArn,
      timeoutMilliseconds: INTEGRATION_TIMEOUT_MS,
    }),
    { parent, dependsOn: [method] },
  );
  return [method, integration, permission];
}

function declareDocumentRoute(
  name: string,
  { document }: DocumentRoute,
  { definition }: RouteOwner,
  place: Place,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const httpMethod = 'GET';
  const method = new aws.apigateway.Method(
    `${name}-method`,
    definition.include({ ...place, httpMethod, authorization: 'NONE' }),
    { parent },
  );
  const integration = new aws.apigateway.Integration(
    `${name}-integration`,
    definition.include({
      ...place,
      httpMethod,
      type: 'MOCK',
      passthroughBehavior: 'WHEN_NO_TEMPLATES',
      requestTemplates: { 'application/json': '{"statusCode":200}' },
    }),
    { parent, dependsOn: [method] },
  );
  const methodResponse = new aws.apigateway.MethodResponse(
    `${name}-200`,
    definition.include({
      ...place,
      httpMethod,
      statusCode: '200',
      responseModels: { 'application/json': 'Empty' },
      // A method must declare the headers that its integration sets.
      responseParameters: Object.fromEntries(
        Object.keys(JSON_HEADERS).map((header) => [`${METHOD_RESPONSE_HEADER}${header}`, true]),
      ),
    }),
    { parent, dependsOn: [method] },
  );
  const integrationResponse = new aws.apigateway.IntegrationResponse(
    `${name}-document`,
    definition.include({
      ...place,
      httpMethod,
      statusCode: '200',
      responseParameters: headerParameters(METHOD_RESPONSE_HEADER, JSON_HEADERS),
      // Encoded, as the document has characters of the template language.
      responseTemplates: {
        'application/json': `$util.base64Decode('${Buffer.from(document).toString('base64')}')`,
      },
    }),
    { parent, dependsOn: [integration, methodResponse] },
  );
  return [method, integration, integrationResponse];
}
