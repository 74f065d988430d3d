import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, errorRateAlarm, thresholdAlarm } from './alarm.ts';
import type { CustomDomain } from './custom-domain.ts';
import { DeployedDefinition } from './deployed-definition.ts';
import { headerParameters, JSON_HEADERS } from './json-headers.ts';
import { requirePhysicalName } from './physical-name.ts';
import { declareRoute, type Route } from './rest-api-route.ts';

/** A response that the API sends by itself, without a function. */
export interface GatewayResponse {
  /** As API Gateway names it ("Gateway response types for API Gateway"). */
  type: string;
  /** @default the status of the type */
  status?: number;
  /** Body template: only `$context` variables are filled in, as strings. */
  body: string;
  headers?: Record<string, string>;
}

export interface RestApiArgs {
  /** Physical name. */
  name: string;
  description: string;
  /** First part of every path. */
  stageName: string;
  routes: readonly Route[];
  gatewayResponses: readonly GatewayResponse[];
  /** Requests per second, and in a burst before the rate applies; beyond them the API returns 429. */
  throttle: { rate: pulumi.Input<number>; burst: pulumi.Input<number> };
  /**
   * Something is removed from the API in this update. Pulumi deletes it at the end, so that the deployment still has it: the next
   * update, without this, deploys the API again.
   */
  interim: boolean;
  logRetentionDays: pulumi.Input<number>;
  /** Record traces of one request a second and of 5 % of the others. */
  traced: boolean;
  /** The account's role for logs, without which the stage cannot have any; undefined where another stack sets it. */
  loggingAccount: aws.apigateway.Account | undefined;
  /** The alarm fires when more than this share of the responses are 5xx. */
  errorRateAlarmPercent: pulumi.Input<number>;
  /** The alarm fires when the slowest 1 % of the responses take this long, in milliseconds. */
  latencyAlarmMilliseconds: pulumi.Input<number>;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

export interface ApiKeyArgs {
  /** Physical name. */
  name: string;
  description: string;
  /** Requests per second with the key, and in a burst before the rate applies; beyond them the API returns 429. */
  throttle: { rate: number; burst: number };
  /** Requests per day with the key; beyond them the API returns 429 until midnight, UTC. */
  requestsPerDay: number | 'none';
}

/** One line of JSON per request, without its body. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  // A client can set `$context.requestId`.
  request_id: '$context.extendedRequestId',
  trace_id: '$context.xrayTraceId',
  time: '$context.requestTime',
  source_ip: '$context.identity.sourceIp',
  api_key_id: '$context.identity.apiKeyId',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  response_bytes: '$context.responseLength',
  latency_ms: '$context.responseLatency',
  integration_status: '$context.integration.status',
  error_type: '$context.error.responseType',
});

/**
 * A regional REST API with one stage: throttled, with access logs that expire, the given
 * gateway responses, and alarms on its 5xx rate and its latency.
 */
export class RestApi extends pulumi.ComponentResource {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  readonly #tags: RestApiArgs['tags'];

  constructor(name: string, args: RestApiArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const apiName = requirePhysicalName(args.name, 'REST API');
    super('leaderboard:infra:RestApi', name, {}, opts);
    this.#tags = args.tags;
    const parent = { parent: this };
    const definition = new DeployedDefinition();

    this.api = new aws.apigateway.RestApi(
      `${name}-api`,
      {
        name: apiName,
        description: args.description,
        endpointConfiguration: { types: 'REGIONAL' },
        tags: args.tags,
      },
      parent,
    );
    const bodyValidator = new aws.apigateway.RequestValidator(
      `${name}-body`,
      definition.include({
        restApi: this.api.id,
        name: 'body',
        validateRequestBody: true,
        validateRequestParameters: false,
      }),
      parent,
    );
    const gatewayResponses = args.gatewayResponses.map(
      ({ type, status, body, headers = {} }) =>
        new aws.apigateway.Response(
          `${name}-${type.toLowerCase().replaceAll('_', '-')}`,
          definition.include({
            restApiId: this.api.id,
            responseType: type,
            ...(status !== undefined && { statusCode: String(status) }),
            responseTemplates: { 'application/json': body },
            responseParameters: headerParameters('gatewayresponse.header.', {
              ...JSON_HEADERS,
              ...headers,
            }),
          }),
          parent,
        ),
    );
    const routes = args.routes.flatMap((route) =>
      declareRoute(
        route,
        { name, api: this.api, bodyValidator, stageName: args.stageName, definition },
        this,
      ),
    );

    const deployment = new aws.apigateway.Deployment(
      `${name}-deployment`,
      {
        restApi: this.api.id,
        triggers: { definition: definition.hash(), ...(args.interim && { interim: 'true' }) },
      },
      { parent: this, dependsOn: [...routes, ...gatewayResponses] },
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: `/aws/apigateway/${apiName}`,
        retentionInDays: args.logRetentionDays,
        tags: args.tags,
      },
      parent,
    );
    this.stage = new aws.apigateway.Stage(
      `${name}-stage`,
      {
        restApi: this.api.id,
        deployment: deployment.id,
        stageName: args.stageName,
        xrayTracingEnabled: args.traced,
        accessLogSettings: { destinationArn: logGroup.arn, format: ACCESS_LOG_FORMAT },
        tags: args.tags,
      },
      { parent: this, ...(args.loggingAccount && { dependsOn: [args.loggingAccount] }) },
    );
    new aws.apigateway.MethodSettings(
      `${name}-throttle`,
      {
        restApi: this.api.id,
        stageName: this.stage.stageName,
        methodPath: '*/*',
        settings: {
          throttlingRateLimit: args.throttle.rate,
          throttlingBurstLimit: args.throttle.burst,
        },
      },
      parent,
    );
    this.#declareAlarms(name, apiName, args);
    this.registerOutputs({ invokeUrl: this.stage.invokeUrl });
  }

  /** A key for the routes that need one. API Gateway creates its value, which is a secret of the stack. */
  issueKey(
    name: string,
    { throttle, requestsPerDay, ...described }: ApiKeyArgs,
  ): aws.apigateway.ApiKey {
    const parent = { parent: this };
    const key = new aws.apigateway.ApiKey(
      `${name}-key`,
      { ...described, tags: this.#tags },
      parent,
    );
    const plan = new aws.apigateway.UsagePlan(
      `${name}-plan`,
      {
        ...described,
        apiStages: [{ apiId: this.api.id, stage: this.stage.stageName }],
        throttleSettings: { rateLimit: throttle.rate, burstLimit: throttle.burst },
        ...(requestsPerDay !== 'none' && {
          quotaSettings: { limit: requestsPerDay, period: 'DAY' },
        }),
        tags: this.#tags,
      },
      parent,
    );
    new aws.apigateway.UsagePlanKey(
      `${name}-plan-key`,
      { keyId: key.id, keyType: 'API_KEY', usagePlanId: plan.id },
      // It has the value of the key again, which the provider does not treat as a secret here.
      { ...parent, additionalSecretOutputs: ['value'] },
    );
    return key;
  }

  /**
   * Serves the stage under a name of its own, with TLS 1.2 and the same paths.
   *
   * @returns the name to which the DNS record of the domain must point (CNAME, or an alias).
   */
  serveUnder(name: string, domain: CustomDomain): pulumi.Output<string> {
    const parent = { parent: this };
    const { domainName, regionalDomainName } = new aws.apigateway.DomainName(
      `${name}-domain`,
      {
        domainName: domain.name,
        regionalCertificateArn: domain.certificateArn,
        securityPolicy: 'TLS_1_2',
        endpointConfiguration: { types: 'REGIONAL' },
        tags: this.#tags,
      },
      parent,
    );
    const { stageName } = this.stage;
    new aws.apigateway.BasePathMapping(
      `${name}-mapping`,
      { domainName, restApi: this.api.id, stageName, basePath: stageName },
      parent,
    );
    return regionalDomainName;
  }

  #declareAlarms(name: string, apiName: string, args: RestApiArgs): void {
    const metric = {
      namespace: 'AWS/ApiGateway',
      dimensions: { ApiName: this.api.name, Stage: this.stage.stageName },
    };
    errorRateAlarm(
      `${name}-5xx`,
      {
        name: `${apiName}-5xx`,
        description: `${apiName} returns 5xx: its functions are throttled, failing, or cannot store what they get.`,
        severity: 'page',
        errors: { ...metric, metricName: '5XXError' },
        total: { ...metric, metricName: 'Count' },
        abovePercent: args.errorRateAlarmPercent,
        settings: args.alarms,
        tags: args.tags,
      },
      { parent: this },
    );
    thresholdAlarm(
      `${name}-latency`,
      {
        ...metric,
        name: `${apiName}-latency`,
        description: `1 % of the responses of ${apiName} are slow: its functions start often, or what they call is slow.`,
        severity: 'ticket',
        metricName: 'Latency',
        statistic: 'p99',
        threshold: args.latencyAlarmMilliseconds,
        settings: args.alarms,
        tags: args.tags,
      },
      { parent: this },
    );
  }
}
