/** A board definition without its defaults. */
export const BOARD = {
  id: 'GLOBAL',
  scope: 'all_games',
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: ['all_time'],
};

/** A complete environment of the function. */
export const ENVIRONMENT = {
  DYNAMODB_TABLE_NAME: 'leaderboard-data-dev',
  PROCESSED_EVENTS_TABLE_NAME: 'processed-events-dev',
  DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-dlq-dev.fifo',
  MAX_RECEIVE_COUNT: '3',
  MARKER_TTL_DAYS: '60',
  OCCURRED_AT_MAX_PAST_DAYS: '35',
  BOARD_DEFINITIONS: JSON.stringify({ default_board: 'GLOBAL', boards: [BOARD] }),
  POWERTOOLS_SERVICE_NAME: 'leaderboard-processor',
  POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard',
};
