export { startDynamoDbEngine, type DynamoDbEngine } from './dynamodb-engine.ts';
