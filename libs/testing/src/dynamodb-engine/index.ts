export { startDynamoDbEngine, type DynamoDbEngine } from './dynamodb-engine.ts';
export { startEngineProcess, type EngineProcess } from './engine-process.ts';
export { DynamoDbEngineError, type EngineErrorCode } from './errors.ts';
export {
  findEngine,
  HOST_PLATFORM,
  loopbackEndpoint,
  type EngineSearch,
  type FoundEngine,
} from './find-engine.ts';
