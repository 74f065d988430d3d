export { UNROUTED_INDEX } from './events/dynamodb-event-store.ts';
export { METRIC_NAMES, type MetricName } from './metric-names.ts';
export { EVENT_ID_ATTRIBUTE } from './router/sqs-event-queues.ts';
export {
  SIGNATURE_HEADER,
  SIGNATURE_TOLERANCE_SECONDS,
  signatureHeader,
} from './validator/signature.ts';
