import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../aws-clients.ts';
import { DynamoDbEventStore } from '../events/dynamodb-event-store.ts';
import { HttpRequest } from '../http/http-request.ts';
import { SecretCache } from './secret-cache.ts';
import { secretsManagerSource } from './secrets-manager.ts';
import { PowertoolsTelemetry } from '../telemetry.ts';
import { acceptWebhook } from './accept-webhook.ts';
import { readValidatorConfig } from './config.ts';
import { LambdaRouterInvoker } from './lambda-router-invoker.ts';

const config = readValidatorConfig(process.env);
const telemetry = new PowertoolsTelemetry(config);
const events = new DynamoDbEventStore(new DynamoDBClient(CLIENT_DEFAULTS), config.tableName);
const router = new LambdaRouterInvoker(
  new LambdaClient(CLIENT_DEFAULTS),
  config.routerFunctionName,
);
const secrets =
  config.signatureSecretId === undefined
    ? undefined
    : new SecretCache({
        source: secretsManagerSource(
          new SecretsManagerClient(CLIENT_DEFAULTS),
          config.signatureSecretId,
        ),
        now: Date.now,
        onStale: (error) => {
          telemetry.warn('The signature secrets cannot be read again; the known ones stay', {
            error,
          });
        },
      });

export const handler: APIGatewayProxyHandler = (event, context) =>
  telemetry.during(context, () =>
    acceptWebhook(new HttpRequest(event), { events, router, secrets, now: Date.now, telemetry }),
  );
