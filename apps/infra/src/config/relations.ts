import { isProduction } from './production.ts';
import type { StackIdentity } from './setting.ts';
import type { SettingValues } from './settings.ts';

/** What is wrong between settings that are each valid: a line per problem, which begins with the key. */
export function brokenRelations(config: SettingValues & StackIdentity, stack: string): string[] {
  return [
    ...visibilityTimeoutProblems(config),
    ...(['processor', 'projector'] as const).flatMap((consumer) =>
      concurrencyProblems(config, consumer),
    ),
    ...rememberedTimeProblems(config),
    ...signatureProblems(config, stack),
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

function signatureProblems(config: SettingValues & StackIdentity, stack: string): string[] {
  const production = [config.environmentSuffix, stack].find(isProduction);
  if (production === undefined || config.webhookSecretArn !== undefined) return [];
  return [
    `webhookSecretArn is not set; environment "${production}" takes signed webhooks only: ` +
      'store a secret (aws secretsmanager create-secret) and set the key to its whole ARN',
  ];
}
