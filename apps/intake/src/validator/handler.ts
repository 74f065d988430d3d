import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings, createTelemetry } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { EventStore } from '../events/event-store.ts';
import { HttpRequest } from '../http/http-request.ts';
import { IntakeTelemetry } from '../telemetry.ts';
import { acceptWebhook } from './accept-webhook.ts';
import { readValidatorConfig } from './config.ts';
import { RouterInvoker } from './router-invoker.ts';
import { SecretCache } from './secret-cache.ts';
import { secretsManagerSource } from './secrets-manager.ts';

/**
 * Three attempts of 3 s for each call: the response leaves before the gateway's limit of 29 s ("Quotas for configuring and
 * running a REST API in API Gateway").
 */
const settings = clientSettings({ maxAttempts: 3 });
const config = readValidatorConfig(process.env);
const telemetry = new IntakeTelemetry(createTelemetry(config));
const events = new EventStore(documentClient(new DynamoDBClient(settings)), config.tableName);
const router = new RouterInvoker(new LambdaClient(settings), config.routerFunctionName);
const secrets =
  config.signatureSecretId === undefined
    ? undefined
    : new SecretCache({
        source: secretsManagerSource(new SecretsManagerClient(settings), config.signatureSecretId),
        now: Date.now,
        onStale: (error) => {
          telemetry.warn('The signature secrets could not be refreshed; the cached ones are used', {
            error,
          });
        },
      });

export const handler: APIGatewayProxyHandler = (event, context) =>
  telemetry.during(context, () =>
    acceptWebhook(new HttpRequest(event), { events, router, secrets, now: Date.now, telemetry }),
  );
