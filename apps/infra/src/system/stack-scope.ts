import type * as aws from '@pulumi/aws';

import type { BundleLocator } from './bundles.ts';
import type { AlarmSettings } from '../components/alarm.ts';
import type { StackConfig } from '../config/stack-config.ts';

/** What every part of the program shares. */
export interface StackScope {
  config: StackConfig;
  /** The physical name of a resource: its name with the environment suffix. */
  named: (name: string) => string;
  tags: Record<string, string>;
  alarms: AlarmSettings;
  /** Namespace of the metrics that the functions write. */
  metricsNamespace: string;
  bundleOf: BundleLocator;
  provider: aws.Provider;
  opts: { providers: aws.Provider[] };
}
