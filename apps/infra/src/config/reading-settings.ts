import {
  alarmThreshold,
  customDomain,
  functionTimeout,
  logLevel,
  memory,
  reservedConcurrency,
} from './service-limits.ts';
import { choice, integer, optionalText } from './setting.ts';

/** The settings of the read API and of the dashboard. */
export const READING_SETTINGS = {
  apiMemoryMegabytes: memory('the read API', 512),
  apiTimeoutSeconds: functionTimeout({
    default: 10,
    about: 'Timeout of one request to the read API',
  }),
  apiReservedConcurrency: reservedConcurrency({
    default: 20,
    about:
      'Concurrent requests of the read API, and so the cap on its cost; beyond it callers get 429. `none` leaves the quota of the account as the only cap',
  }),
  apiLogLevel: logLevel('the read API'),
  apiServerErrorAlarmThreshold: alarmThreshold({
    default: 5,
    unit: 'responses',
    about: 'Alarm when the read API sent this many 5xx responses or more within one period',
  }),
  apiLatencyAlarmMilliseconds: alarmThreshold({
    default: 1000,
    max: 900_000,
    unit: 'ms',
    about: 'Alarm when the slowest 1 % of the responses of the read API take this long or longer',
  }),
  corsMaxAgeSeconds: integer({
    default: 3600,
    min: 0,
    max: 86_400,
    unit: 's',
    about: 'How long a browser caches that the page may call the read API',
    source: 'Lambda API: Cors.MaxAge',
  }),
  dashboard: choice({
    default: 'cloudfront',
    values: ['cloudfront', 'none'],
    about:
      'Where the page is served; `none` declares no page, for an account in which CloudFront is not enabled yet',
    source: 'CloudFront: a new account may have to be verified first',
  }),
  apiCache: choice({
    default: 'none',
    values: ['none', 'cloudfront'],
    about:
      'Whether the page reads the API through CloudFront, which shares a response for as long as its Cache-Control says: a thousand open pages then cost what one does',
    source: 'CloudFront: managing how long content stays in the cache',
  }),
  dashboardDomain: customDomain('Name of your own for the page'),
  apiDomain: customDomain('Name of your own for the read API behind CloudFront; needs `apiCache`'),
  edgeCertificateArn: optionalText({
    pattern: /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[A-Za-z0-9-]{1,64}$/,
    shape: 'the ARN of a certificate in ACM, in us-east-1',
    about: 'Certificate for `dashboardDomain` and `apiDomain`',
    source: 'CloudFront: requirements for using SSL/TLS certificates',
  }),
  dashboardPriceClass: choice({
    default: 'PriceClass_100',
    values: ['PriceClass_100', 'PriceClass_200', 'PriceClass_All'],
    about:
      'Edge locations of CloudFront that serve the page and cache the API: North America and Europe, most of the world, all of it',
    source: 'CloudFront: price classes',
  }),
};
