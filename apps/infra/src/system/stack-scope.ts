import * as aws from '@pulumi/aws';

import type { AlarmSettings } from '../components/alarm.ts';
import type { StackConfig } from '../config/stack-config.ts';
import type { Bundles } from './bundles.ts';
import { PURPOSE } from './stack-tags.ts';

/** What every part of the system shares. */
export interface StackScope {
  config: StackConfig;
  /** The physical name of a resource: its name with the environment suffix. */
  named: (name: string) => string;
  tags: Record<string, string>;
  alarms: AlarmSettings;
  /** Namespace of the metrics that the functions emit. */
  metricsNamespace: string;
  bundles: Bundles;
  /** Board definitions as every function gets them: compact JSON. */
  boardDefinitions: string;
  provider: aws.Provider;
  opts: { providers: aws.Provider[] };
}

/** Declares the provider, and derives from the configuration what the parts of the system share. */
export function stackScope(
  config: StackConfig,
  { bundles, boardDefinitions }: Pick<StackScope, 'bundles' | 'boardDefinitions'>,
): StackScope {
  const { allowedAccountIds } = config;
  const provider = new aws.Provider('aws', {
    region: config.region,
    ...(allowedAccountIds.length > 0 && { allowedAccountIds: [...allowedAccountIds] }),
  });
  return {
    config,
    named: (name) => `${name}-${config.environmentSuffix}`,
    tags: { Environment: config.environmentSuffix, Purpose: PURPOSE },
    alarms: {
      periodSeconds: config.alarmPeriodSeconds,
      topicArns: {
        page: config.alarmTopicArn,
        ticket: config.ticketTopicArn ?? config.alarmTopicArn,
      },
      minimal: config.alarms === 'minimal',
    },
    // One namespace per stack: the functions' service names, their only dimension, are the same in every stack.
    metricsNamespace: `Leaderboard/${config.environmentSuffix}`,
    bundles,
    boardDefinitions,
    provider,
    opts: { providers: [provider] },
  };
}
