import { EnvironmentReader, type Environment } from '@leaderboard/function';
import { SERVICE_NAME_REMEDY } from '../service-name-remedy.ts';

export interface ValidatorConfig {
  readonly tableName: string;
  readonly routerFunctionName: string;
  /** `undefined`: events are taken without a signature. */
  readonly signatureSecretId: string | undefined;
  readonly serviceName: string;
  readonly metricsNamespace: string;
}

/** @throws {ConfigurationError} naming the variable and what to set it to. */
export function readValidatorConfig(environment: Environment): ValidatorConfig {
  const reader = new EnvironmentReader(environment);
  return {
    tableName: reader.text('DYNAMODB_TABLE', 'the name of the transaction-events table'),
    routerFunctionName: reader.text('ROUTER_LAMBDA_NAME', 'the name of the event-router function'),
    signatureSecretId: reader.optionalText(
      'SIGNATURE_SECRET_ID',
      'the id of the secret in Secrets Manager, or leave it out to take events without a signature',
    ),
    ...reader.telemetryNames(SERVICE_NAME_REMEDY),
  };
}
