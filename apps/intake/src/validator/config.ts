import { EnvironmentReader, type Environment } from '@leaderboard/function';

export interface ValidatorConfig {
  readonly tableName: string;
  readonly routerFunctionName: string;
  /** `undefined`: events need no signature. */
  readonly signatureSecretId: string | undefined;
  readonly serviceName: string;
  readonly metricsNamespace: string;
}

/** @throws {ConfigurationError} */
export function readValidatorConfig(environment: Environment): ValidatorConfig {
  const reader = new EnvironmentReader(environment);
  return {
    tableName: reader.text('DYNAMODB_TABLE', 'the name of the transaction-events table'),
    routerFunctionName: reader.text('ROUTER_LAMBDA_NAME', 'the name of the event-router function'),
    signatureSecretId: reader.optionalText(
      'SIGNATURE_SECRET_ID',
      'the id of the secret in Secrets Manager, or leave it out to accept events without a signature',
    ),
    ...reader.telemetryNames('the service name, for example webhook-validator'),
  };
}
