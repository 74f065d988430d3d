import { isProduction } from './production.ts';
import type { StackIdentity } from './setting.ts';
import type { SettingValues } from './settings.ts';

/** What the relations are between. */
interface RelatedValues extends SettingValues, StackIdentity {
  region: string;
}

/**
 * What is wrong between settings that are each valid: a line per problem, which begins with the key.
 *
 * @param isSet whether the stack sets a key itself
 */
export function brokenRelations(
  config: RelatedValues,
  stack: string,
  isSet: (key: keyof SettingValues) => boolean,
): string[] {
  return [
    ...visibilityTimeoutProblems(config),
    ...(['processor', 'projector'] as const).flatMap((consumer) =>
      concurrencyProblems(config, consumer),
    ),
    ...rememberedTimeProblems(config),
    ...secretKeyProblems(config),
    ...productionProblems(config, stack),
    ...budgetProblems(config),
    ...exportProblems(config),
    ...regionProblems(config),
    ...capacityProblems(config, isSet),
    ...domainProblems(config),
  ];
}

const REGIONAL = [
  'alarmTopicArn',
  'ticketTopicArn',
  'webhookSecretArn',
  'webhookSecretKeyArn',
  'intakeCertificateArn',
] as const;

/** CloudWatch notifies topics of its own region only, the validator reads secrets and their keys of its own region, and a regional API its certificate. */
function regionProblems(config: RelatedValues): string[] {
  return REGIONAL.flatMap((key) => {
    const region = config[key]?.split(':')[3];
    if (region === undefined || region === config.region) return [];
    return [`${key} is in ${region}; allowed: the region of the stack (${config.region})`];
  });
}

function capacityProblems(
  config: SettingValues,
  isSet: (key: keyof SettingValues) => boolean,
): string[] {
  const { capacityMinUpdatesPerSecond: min, capacityMaxUpdatesPerSecond: max } = config;
  if (config.capacity === 'on_demand') {
    return (['capacityMinUpdatesPerSecond', 'capacityMaxUpdatesPerSecond'] as const)
      .filter(isSet)
      .map(
        (key) =>
          `${key} is ${config[key]}, but capacity is on_demand, which has no limits to set: ` +
          'set capacity to provisioned, or remove the key',
      );
  }
  if (min <= max) return [];
  return [
    `capacityMinUpdatesPerSecond is ${min}; allowed: at most capacityMaxUpdatesPerSecond (${max} updates a second)`,
  ];
}

function domainProblems(config: SettingValues): string[] {
  const missing = (key: string, needed: string) => `${key} is set, but ${needed}`;
  const { dashboardDomain, apiDomain, edgeCertificateArn, intakeDomain } = config;
  return [
    ...(dashboardDomain !== undefined && config.dashboard === 'none'
      ? [missing('dashboardDomain', 'dashboard is none: there is no page to serve under it')]
      : []),
    ...(apiDomain !== undefined && config.apiCache === 'none'
      ? [missing('apiDomain', 'apiCache is none: set it to cloudfront, which serves the name')]
      : []),
    ...(['dashboardDomain', 'apiDomain'] as const)
      .filter((key) => config[key] !== undefined && edgeCertificateArn === undefined)
      .map((key) => missing(key, 'edgeCertificateArn is not: request a certificate in us-east-1')),
    ...(intakeDomain !== undefined && config.intakeCertificateArn === undefined
      ? [missing('intakeDomain', `intakeCertificateArn is not: request a certificate`)]
      : []),
  ];
}

function visibilityTimeoutProblems(config: SettingValues): string[] {
  const { mainQueueVisibilityTimeoutSeconds: hidden, processorTimeoutSeconds: timeout } = config;
  if (hidden >= timeout) return [];
  return [
    `mainQueueVisibilityTimeoutSeconds is ${hidden}; allowed: at least processorTimeoutSeconds (${timeout} s), ` +
      'or an update is received again while it is being processed',
  ];
}

function concurrencyProblems(config: SettingValues, consumer: 'processor' | 'projector'): string[] {
  const reserved = config[`${consumer}ReservedConcurrency`];
  const maximum = config[`${consumer}MaximumConcurrency`];
  if (reserved === 'none' || maximum <= reserved) return [];
  return [
    `${consumer}MaximumConcurrency is ${maximum}; ` +
      `allowed: at most ${consumer}ReservedConcurrency (${reserved}), or throttled batches use up their receives`,
  ];
}

function rememberedTimeProblems(config: SettingValues): string[] {
  const { markerTtlDays, occurredAtMaxPastDays, idempotencyTtlDays } = config;
  const problems: string[] = [];
  if (markerTtlDays <= occurredAtMaxPastDays) {
    problems.push(
      `occurredAtMaxPastDays is ${occurredAtMaxPastDays}; ` +
        `allowed: below markerTtlDays (${markerTtlDays} days), or an old update could be accepted twice`,
    );
  }
  if (idempotencyTtlDays <= markerTtlDays) {
    problems.push(
      `idempotencyTtlDays is ${idempotencyTtlDays}; allowed: above markerTtlDays (${markerTtlDays} days), ` +
        'or a retried request could give new times to updates that the processor still remembers',
    );
  }
  return problems;
}

function secretKeyProblems({ webhookSecretKeyArn, webhookSecretArn }: SettingValues): string[] {
  if (webhookSecretKeyArn === undefined || webhookSecretArn !== undefined) return [];
  return [
    'webhookSecretKeyArn is set, but webhookSecretArn is not: set the secret that the key encrypts',
  ];
}

function productionProblems(config: RelatedValues, stack: string): string[] {
  const production = [config.environmentSuffix, stack].find(isProduction);
  if (production === undefined) return [];
  return [
    ...(config.webhookSecretArn === undefined
      ? [
          `webhookSecretArn is not set; environment "${production}" takes signed webhooks only: ` +
            'store a secret (aws secretsmanager create-secret) and set the key to its whole ARN',
        ]
      : []),
    ...(config.alarmTopicArn === undefined
      ? [
          `alarmTopicArn is not set; nobody would hear of the alarms of environment "${production}": ` +
            'create a topic (aws sns create-topic), subscribe to it, and set the key to its ARN',
        ]
      : []),
  ];
}

/** An account without a bucket is a name that was mistyped: nothing would be exported. */
function exportProblems(config: SettingValues): string[] {
  const { ledgerExportBucket: bucket, ledgerExportBucketOwner: owner } = config;
  if (owner === undefined || bucket !== undefined) return [];
  return [
    `ledgerExportBucketOwner is ${owner}, but nothing is exported: set ledgerExportBucket too`,
  ];
}

/** A budget that nobody hears of, or an address without a budget, would be silent. */
function budgetProblems({ monthlyBudgetDollars, budgetEmail }: SettingValues): string[] {
  if ((monthlyBudgetDollars === undefined) === (budgetEmail === undefined)) return [];
  return monthlyBudgetDollars === undefined
    ? [`budgetEmail is "${budgetEmail}", but there is no budget: set monthlyBudgetDollars too`]
    : [`monthlyBudgetDollars is ${monthlyBudgetDollars}, but nobody is told: set budgetEmail too`];
}
