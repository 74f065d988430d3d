import * as pulumi from '@pulumi/pulumi';

import { brokenRelations } from './relations.ts';
import type { Setting, StackIdentity } from './setting.ts';
import { SETTINGS, type SettingValues } from './settings.ts';
import { stateLocation } from './state-location.ts';

/** The whole configuration of one stack, validated. */
export interface StackConfig extends SettingValues, StackIdentity {
  /** AWS region of the stack. */
  region: string;
  /** Name of the Pulumi stack. */
  stack: string;
  /** Where its state is stored, as a tag shows it. */
  stateLocation: string | undefined;
  /** The first of two updates that remove something from the REST API, whose deployment the second makes again. */
  interimApiDeployment: boolean;
}

/** Where the configuration is read from. */
export interface ConfigSources {
  /** Name of the Pulumi stack. */
  stack: string;
  /** Pulumi stack configuration, by full keys such as `leaderboard:maxReceiveCount`. */
  stackConfig: Readonly<Record<string, string>>;
  /** Environment variables; `ENVIRONMENT_SUFFIX`, `PULUMI_BACKEND_URL` and {@link INTERIM_API_DEPLOYMENT} are read. */
  environment: Readonly<Record<string, string | undefined>>;
}

export const CONFIG_NAMESPACE = 'leaderboard';
/** The variable with which `infra:up` marks the first of two updates that remove something from the REST API. */
export const INTERIM_API_DEPLOYMENT = 'INFRA_INTERIM_API_DEPLOYMENT';
const DEFAULT_REGION = 'us-west-1';
export const DEFAULT_STACK = 'dev';

/**
 * Lower case letters, digits and hyphens: the suffix is part of every physical name. 20 characters keep the longest of
 * them, and the bucket names that share the suffix, within 63 (Amazon S3: bucket naming rules).
 */
const ENVIRONMENT_SUFFIX = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;
const ENVIRONMENT_SUFFIX_SHAPE =
  '1 to 20 lower case letters, digits and hyphens, starting with a letter and not ending with a hyphen';
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
/** The only setting of the AWS provider that comes from the stack; the others, credentials included, come from the environment. */
const REGION_KEY = 'aws:region';

/**
 * The configuration cannot be used. The message lists every problem with key, value and allowed range.
 * A RunError, so that Pulumi shows the message without a stack trace.
 */
export class ConfigurationError extends pulumi.RunError {
  readonly code = 'InvalidConfiguration';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The stack configuration cannot be used:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads and validates the configuration of the running Pulumi stack: `ENVIRONMENT_SUFFIX`, then the stack's
 * configuration, then the defaults.
 *
 * @throws ConfigurationError naming every bad key, its value and the allowed range.
 * @example
 * const outputs = deploy(loadStackConfig());
 */
export function loadStackConfig(): StackConfig {
  return resolveStackConfig({
    stack: pulumi.getStack(),
    stackConfig: pulumi.runtime.allConfig(),
    environment: process.env,
  });
}

/**
 * The pure part of {@link loadStackConfig}.
 *
 * @throws ConfigurationError naming every bad key, its value and the allowed range.
 * @example
 * resolveStackConfig({ stack: 'dev', stackConfig: { 'leaderboard:maxReceiveCount': '5' }, environment: {} });
 */
export function resolveStackConfig(sources: ConfigSources): StackConfig {
  const problems: string[] = [...unknownKeys(sources.stackConfig)];
  const environmentSuffix = resolveEnvironmentSuffix(sources, problems);
  const region = sources.stackConfig[REGION_KEY] ?? DEFAULT_REGION;
  if (!REGION.test(region)) {
    problems.push(`${REGION_KEY} is "${region}"; allowed: an AWS region such as ${DEFAULT_REGION}`);
  }

  const values = Object.fromEntries(
    Object.entries(SETTINGS).map(([key, setting]) => [
      key,
      resolveSetting(key, setting, { environmentSuffix }, sources.stackConfig, problems),
    ]),
  ) as SettingValues;

  const config = {
    environmentSuffix,
    region,
    stack: sources.stack,
    stateLocation: stateLocation(sources.environment),
    interimApiDeployment: sources.environment[INTERIM_API_DEPLOYMENT] === 'true',
    ...values,
  };
  // Relations are checked only between values that are each valid.
  if (problems.length === 0) {
    const broken = brokenRelations(
      config,
      sources.stack,
      (key) => sources.stackConfig[`${CONFIG_NAMESPACE}:${key}`] !== undefined,
    );
    problems.push(...broken.map((problem) => `${CONFIG_NAMESPACE}:${problem}`));
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

function resolveEnvironmentSuffix(sources: ConfigSources, problems: string[]): string {
  const key = `${CONFIG_NAMESPACE}:environmentSuffix`;
  const candidates: [string, string | undefined][] = [
    ['ENVIRONMENT_SUFFIX', sources.environment['ENVIRONMENT_SUFFIX']],
    [key, sources.stackConfig[key]],
  ];
  const [source, suffix] = candidates.find(([, value]) => value) ?? [];
  if (source === undefined || suffix === undefined) {
    if (sources.stack !== DEFAULT_STACK) {
      problems.push(
        `no environment suffix for stack "${sources.stack}": set ENVIRONMENT_SUFFIX, or run ` +
          `pulumi config set ${key} <suffix> --stack ${sources.stack} ` +
          `(only a stack named ${DEFAULT_STACK} falls back to ${DEFAULT_STACK})`,
      );
    }
    return DEFAULT_STACK;
  }
  if (!ENVIRONMENT_SUFFIX.test(suffix)) {
    problems.push(`${source} is "${suffix}"; allowed: ${ENVIRONMENT_SUFFIX_SHAPE}`);
  }
  return suffix;
}

function resolveSetting(
  key: string,
  setting: Setting<unknown>,
  stack: StackIdentity,
  stackConfig: ConfigSources['stackConfig'],
  problems: string[],
): unknown {
  const text = stackConfig[`${CONFIG_NAMESPACE}:${key}`];
  if (text === undefined) return setting.defaultFor(stack);
  const value = setting.parse(text);
  if (value !== undefined) return value;
  problems.push(`${CONFIG_NAMESPACE}:${key} is "${text}"; allowed: ${setting.allowed}`);
  return setting.defaultFor(stack);
}

/** Without this check a misspelled key would silently leave a default in force. */
function unknownKeys(stackConfig: ConfigSources['stackConfig']): string[] {
  const known = ['environmentSuffix', ...Object.keys(SETTINGS)];
  return Object.keys(stackConfig).flatMap((key) => {
    if (key.startsWith('aws:') && key !== REGION_KEY) {
      return [
        `${key} is not read by this program; allowed under aws: ${REGION_KEY} ` +
          '(set credentials in the environment, for example AWS_PROFILE)',
      ];
    }
    if (!key.startsWith(`${CONFIG_NAMESPACE}:`)) return [];
    const name = key.slice(CONFIG_NAMESPACE.length + 1);
    return known.includes(name)
      ? []
      : [`${key} is not a setting; allowed under ${CONFIG_NAMESPACE}: ${known.join(', ')}`];
  });
}
