import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { gatewayModel, MAX_UPDATES_PER_REQUEST } from '@leaderboard/contracts';
import webhookEvent from '@leaderboard/contracts/schemas/webhook-event.schema.json' with { type: 'json' };
import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

import { ApiGatewayAccount } from '../../components/api-gateway-account.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import { RestApi } from '../../components/rest-api.ts';
import type { Route } from '../../components/rest-api-route.ts';
import { INTAKE_GATEWAY_RESPONSES } from './gateway-responses.ts';
import type { StackScope } from '../stack-scope.ts';
import { WORKSPACE_ROOT } from '../../workspace.ts';

/** First part of every path: an incompatible API would be another stage. */
const STAGE_NAME = 'v1';

/**
 * One update or an array of them, and nothing about the updates themselves: the function validates each on its own, and
 * accepts the valid ones of a request that has others.
 */
const UPDATES_MODEL = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  title: 'UpdatesRequest',
  type: ['object', 'array'],
  maxItems: MAX_UPDATES_PER_REQUEST,
};

/** The checked-in description of the API. */
const OPENAPI_FILE = join(WORKSPACE_ROOT, 'apps/intake/openapi.json');

export interface IntakeFunctions {
  validator: LambdaFunction;
  updates: LambdaFunction;
}

export interface IntakeApi {
  api: RestApi;
  /** The first API key for `POST /updates`; its value is a secret. */
  updatesKey: aws.apigateway.ApiKey;
  /** Where the DNS record of the intake's own domain must point; undefined without one. */
  domainTarget: pulumi.Output<string> | undefined;
}

/** Declares the REST API of the intake, and the first key for its `POST /updates`. */
export function declareIntakeApi(scope: StackScope, functions: IntakeFunctions): IntakeApi {
  const { config, named, alarms, tags, opts } = scope;
  const account = config.manageApiGatewayAccount
    ? new ApiGatewayAccount(
        'api-gateway',
        {
          name: named('api-gateway-logs'),
          permissionsBoundary: config.permissionsBoundaryArn,
          tags,
        },
        opts,
      ).account
    : undefined;
  const api = new RestApi(
    'leaderboard-intake',
    {
      name: named('leaderboard-intake'),
      description: 'Payment webhooks, and leaderboard updates from any language',
      stageName: STAGE_NAME,
      routes: routesTo(functions),
      gatewayResponses: INTAKE_GATEWAY_RESPONSES,
      throttle: { rate: config.intakeThrottleRate, burst: config.intakeThrottleBurst },
      interim: config.interimApiDeployment,
      logRetentionDays: config.intakeLogRetentionDays,
      traced: config.tracing === 'active',
      loggingAccount: account,
      errorRateAlarmPercent: config.intakeErrorRateAlarmPercent,
      latencyAlarmMilliseconds: config.intakeLatencyAlarmMilliseconds,
      alarms,
      tags,
    },
    opts,
  );
  const updatesKey = api.issueKey('updates', {
    name: named('leaderboard-updates'),
    description: 'Game servers that send updates over HTTP',
    throttle: { rate: config.updatesKeyThrottleRate, burst: config.updatesKeyThrottleBurst },
    requestsPerDay: config.updatesKeyRequestsPerDay,
  });
  const { intakeDomain: name, intakeCertificateArn: certificateArn } = config;
  const domainTarget =
    name === undefined || certificateArn === undefined
      ? undefined
      : api.serveUnder('leaderboard-intake', { name, certificateArn });
  return { api, updatesKey, domainTarget };
}

function routesTo({ validator, updates }: IntakeFunctions): Route[] {
  return [
    {
      kind: 'function',
      path: 'webhook',
      method: 'POST',
      function: validator,
      // A payment provider cannot send our API key: it signs its webhooks.
      apiKeyRequired: false,
      bodyModel: { name: 'WebhookEvent', schema: gatewayModel(webhookEvent) },
    },
    {
      kind: 'function',
      path: 'updates',
      method: 'POST',
      function: updates,
      apiKeyRequired: true,
      bodyModel: { name: 'UpdatesRequest', schema: UPDATES_MODEL },
    },
    { kind: 'document', path: 'openapi.json', document: openApiDocument() },
  ];
}

/** The checked-in document without its white space. */
function openApiDocument(): string {
  return JSON.stringify(JSON.parse(readFileSync(OPENAPI_FILE, 'utf8')));
}
