import type { LogGroups } from '../../services/logs/log-groups.ts';
import { arn } from '../../shared/arn.ts';
import { nameOf, type ResourceProviders } from '../provider.ts';

export interface LogProviderOptions {
  readonly region: string;
  readonly logs: LogGroups;
}

export function logProviders({ region, logs }: LogProviderOptions): ResourceProviders {
  return {
    'aws:cloudwatch/logGroup:LogGroup': (resource) => {
      const name = nameOf(resource);
      logs.create(name);
      return { id: name, outputs: { name, arn: arn('logs', region, `log-group:${name}`) } };
    },
  };
}
