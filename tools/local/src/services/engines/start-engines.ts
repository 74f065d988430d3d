import {
  DynamoDbEngineError,
  findEngine,
  loopbackEndpoint,
  startEngineProcess,
  type EngineSearch,
} from '@leaderboard/testing/dynamodb-engine';

import { LocalStackError } from '../../shared/errors.ts';
import { sqsApi } from '../sqs/sqs-api.ts';
import { externalEngine, type Engine } from './engine.ts';

/** The variable with the URL of an SQS engine that is already running. */
const SQS_ENDPOINT = 'LEADERBOARD_SQS_ENDPOINT';

/**
 * SQS: the engine that `LEADERBOARD_SQS_ENDPOINT` names, else one in this process.
 *
 * @throws LocalStackError `InvalidEndpoint` unless the URL is http on this machine
 */
export function startSqs(
  environment: EngineSearch['environment'],
  region: string,
): Promise<Engine> {
  const endpoint = environment[SQS_ENDPOINT] ?? '';
  return endpoint === ''
    ? Promise.resolve(sqsApi(region, Date.now))
    : asLocalStackError(() => externalEngine(loopbackEndpoint(SQS_ENDPOINT, endpoint)));
}

/**
 * DynamoDB: an engine that is already running, else one in a child process, in memory, that ends with this process.
 *
 * @throws LocalStackError `EngineMissing`, with how to get one; `EngineFailed`; `InvalidEndpoint`
 */
export function startDynamoDb(search: EngineSearch): Promise<Engine> {
  return asLocalStackError(async () => {
    const found = findEngine(search);
    if ('endpoint' in found) return externalEngine(found.endpoint);
    const engine = await startEngineProcess(found.executable);
    return { url: engine.endpoint, external: false, stop: () => engine.stop() };
  });
}

async function asLocalStackError(start: () => Engine | Promise<Engine>): Promise<Engine> {
  try {
    return await start();
  } catch (cause) {
    if (!(cause instanceof DynamoDbEngineError)) throw cause;
    throw new LocalStackError(cause.code, cause.message, { cause });
  }
}
