import { loadStackConfig } from './config/stack-config.ts';
import { deploy } from './program.ts';

/** The Pulumi entry: importing it declares the system, and every export is a stack output. */
export const {
  main_queue_url,
  dlq_url,
  dynamodb_table_name,
  processed_events_table_name,
  lambda_function_name,
  dlq_alarm_name,
  leaderboard_url,
  dashboard_url,
  standings_table_name,
  snapshots_table_name,
  standings_queue_url,
  standings_dlq_url,
  snapshotter_function_name,
  snapshotter_schedule_name,
  board_definitions,
  api_endpoint,
  updates_api_key,
  validator_lambda_arn,
  router_lambda_arn,
  payments_queue_url,
  refunds_queue_url,
  disputes_queue_url,
  webhook_failures_queue_url,
  transaction_events_table_name,
  event_sweep_schedule_name,
} = deploy(loadStackConfig());
