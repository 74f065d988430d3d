import { type Command, InvalidArgumentError, Option } from 'commander';

import { DEFAULT_STACK } from '../config/stack-config.ts';

/** An option of a command. The help, the schema of the Nx executor and the README come from it. */
export interface CommandOption {
  /** Without dashes, for example `confirm-stack`. */
  name: string;
  /** One letter, where Pulumi has one too: otherwise it would pass to Pulumi without being read here. */
  short?: string;
  /** What the help shows for the value; without it the option is a flag. */
  value?: string;
  about: string;
  default?: string | number;
  /** Checks the value, for an option that is a number. */
  parse?: (text: string) => number;
  /** The allowed values, where there are only these. */
  choices?: readonly string[];
}

/** An option of the commands that run Pulumi. */
export interface InfraOption extends CommandOption {
  /** The commands that have it. */
  commands: readonly InfraCommand[];
}

export type InfraCommand = keyof typeof INFRA_COMMANDS;

/** The commands that run Pulumi. */
export const INFRA_COMMANDS = {
  preview: 'show what would change, and change nothing',
  up: 'create or update the stack, after a preview and a confirmation',
  destroy: 'delete the stack, after a preview and a confirmation; protected tables and queues stay',
  refresh: 'update the state to what is in the account',
  drift: 'compare the state with the account and change nothing; fails where they differ',
  outputs: "print the stack's outputs: queue URLs, table and function names",
} as const;

const ALL = Object.keys(INFRA_COMMANDS) as InfraCommand[];

export const INFRA_OPTIONS: readonly InfraOption[] = [
  {
    name: 'stack',
    short: 's',
    value: '<name>',
    about: 'Pulumi stack',
    default: DEFAULT_STACK,
    commands: ALL,
  },
  {
    name: 'yes',
    short: 'y',
    about: 'do not ask for confirmation; needed without a terminal, and only with --stack',
    commands: ['up', 'destroy', 'refresh'],
  },
  { name: 'json', short: 'j', about: 'print JSON', commands: ['preview', 'drift', 'outputs'] },
  {
    name: 'no-refresh',
    about: 'do not read the resources from the account first, so that changes by hand stay unseen',
    commands: ['preview', 'up'],
  },
  {
    name: 'no-policies',
    about: 'skip the policy pack in apps/infra/policy-pack',
    commands: ['preview', 'up'],
  },
  {
    name: 'no-preflight',
    about:
      'do not look into the account first: whose stack it has, which role API Gateway logs with, whether its Lambda quota is enough',
    commands: ['preview', 'up', 'destroy', 'refresh', 'drift'],
  },
  {
    name: 'change-suffix',
    about: 'go on although the environment suffix has changed, which replaces every resource',
    commands: ['preview', 'up'],
  },
  {
    name: 'allow-data-loss',
    about: 'go on although tables or queues would be replaced or deleted, with what they hold',
    commands: ['preview', 'up'],
  },
  {
    name: 'confirm-stack',
    value: '<name>',
    about: "production only: the stack's name once more, in place of typing it",
    commands: ['destroy'],
  },
  {
    name: 'discard-messages',
    about: 'go on although queues hold messages, which are destroyed with them',
    commands: ['destroy'],
  },
];

/** The options of the cost estimate. */
export const COST_OPTIONS: readonly CommandOption[] = [
  {
    name: 'updates-per-day',
    value: '<n>',
    about: 'updates that game servers send',
    default: 2200,
    parse: positive,
  },
  {
    name: 'players',
    value: '<n>',
    about: 'players who ever scored',
    default: 10_000,
    parse: positive,
  },
  {
    name: 'months',
    value: '<n>',
    about: 'months since the first update, as the ledger grows',
    default: 12,
    parse: positive,
  },
  {
    name: 'updates-per-batch',
    value: '<n>',
    about: '1 while updates arrive one by one, 10 under load',
    default: 1,
    parse: batch,
  },
  {
    name: 'invocation-ms',
    value: '<n>',
    about: 'billed duration of an invocation; assumed',
    default: 100,
    parse: positive,
  },
  {
    name: 'games',
    value: '<n>',
    about: 'games that are played: each has its own boards, of which snapshots are taken',
    default: 5,
    parse: positive,
  },
  {
    name: 'alarms',
    value: '<mode>',
    about: 'as the setting of that name',
    default: 'all',
    choices: ['all', 'minimal'],
  },
  {
    name: 'tracing',
    value: '<mode>',
    about: 'as the setting of that name',
    default: 'active',
    choices: ['active', 'off'],
  },
  {
    name: 'capacity',
    value: '<mode>',
    about: 'as the setting of that name',
    default: 'on_demand',
    choices: ['on_demand', 'provisioned'],
  },
  { name: 'json', about: 'print JSON' },
];

/** Adds the options to a command. */
export function addOptions(command: Command, options: readonly CommandOption[]): Command {
  for (const { name, short, value, about, default: fallback, parse, choices } of options) {
    const flags = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].join(', ');
    const option = new Option(value === undefined ? flags : `${flags} ${value}`, about);
    if (fallback !== undefined) option.default(fallback);
    if (parse !== undefined) option.argParser(parse);
    if (choices !== undefined) option.choices(choices);
    command.addOption(option);
  }
  return command;
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

function batch(text: string): number {
  const value = positive(text);
  if (value >= 1 && value <= 10) return value;
  throw new InvalidArgumentError('It must be between 1 and 10, the limit of a FIFO queue.');
}
