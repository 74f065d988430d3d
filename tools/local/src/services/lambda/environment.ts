import type { SessionCredentials } from '../gateway/credentials.ts';
import type { FunctionSettings } from './function-settings.ts';

/** Loopback URLs that functions call: the gateways, never the engines behind them. */
export interface ServiceEndpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly lambda: string;
  readonly s3: string;
  readonly secretsmanager: string;
  /** Rejects the calls to every service that the stack does not run, so that none leaves the machine. */
  readonly other: string;
}

/**
 * The complete environment of a worker: the variables of the resource and those that Lambda sets
 * ("Defined runtime environment variables" in the Lambda developer guide), and none of the developer's shell.
 */
export function workerEnvironment(
  settings: FunctionSettings,
  credentials: SessionCredentials,
  endpoints: ServiceEndpoints,
  logStream: string,
): Record<string, string> {
  return {
    ...settings.variables,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
    ...(settings.applicationLogLevel !== undefined && {
      AWS_LAMBDA_LOG_LEVEL: settings.applicationLogLevel,
    }),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    LAMBDA_TASK_ROOT: settings.taskRoot,
    _HANDLER: settings.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: endpoints.other,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  };
}
