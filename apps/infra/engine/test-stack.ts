import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import * as pulumi from '@pulumi/pulumi';
import {
  LocalWorkspace,
  type OutputMap,
  PulumiCommand,
  type Stack,
} from '@pulumi/pulumi/automation/index.js';

import { PULUMI_VERSION, pulumiFolder, readPulumi } from '../src/commands/pulumi-cli.ts';
import { resolveStackConfig } from '../src/config/stack-config.ts';
import { deploy } from '../src/program.ts';
import { sampleSite } from '../src/testing/sample-site.ts';
import { StandInAws } from './stand-in-aws.ts';

const PROJECT = 'leaderboard';
const SUFFIX = 'test';

/** What a run of the engine did, by kinds of change. */
export type Changes = Readonly<Record<string, number>>;

/** Settings of a stack, and what else its program declares. */
export interface Version {
  /** By their names without `leaderboard:`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Changes what the program declares. */
  readonly transform?: pulumi.ResourceTransformation;
  /** Declares more, after everything else. */
  readonly extra?: () => void;
}

/**
 * The CLI that the commands of this project use.
 *
 * @throws Error where there is none, and it cannot be downloaded: a test that did not run must not look as if it had passed.
 */
async function findEngine(): Promise<PulumiCommand> {
  const folder = pulumiFolder(process.env);
  try {
    await readPulumi(['version'], process.env);
  } catch (error) {
    throw new Error(
      `Nothing was tested: the Pulumi CLI ${PULUMI_VERSION}, whose engine these tests run, could not be downloaded ` +
        `(${(error as Error).message}). Allow https://get.pulumi.com, or unpack that version from ` +
        `https://www.pulumi.com/docs/install/versions/ into ${folder}.`,
      { cause: error },
    );
  }
  return PulumiCommand.get({ root: dirname(folder) });
}

/** The program of this project under the real engine of Pulumi, with its state in a folder and a stand-in for AWS. */
export class TestStack {
  readonly aws = new StandInAws();
  readonly #folder = mkdtempSync(join(tmpdir(), 'leaderboard-engine-'));
  readonly #bundle = join(this.#folder, 'bundle');
  readonly #home = join(this.#folder, 'home');
  #version: Version = {};
  #port = 0;
  #states = 0;
  #backend = '';
  #engine: PulumiCommand | undefined;
  #stack: Stack | undefined;

  async start(): Promise<void> {
    this.#engine = await findEngine();
    this.#port = await this.aws.listen();
    mkdirSync(this.#bundle);
    mkdirSync(this.#home);
    symlinkSync(join(pulumiFolder(process.env), '../..'), join(this.#home, 'versions'));
    writeFileSync(join(this.#bundle, 'index.mjs'), 'export const handler = () => undefined;\n');
    await this.loseState();
  }

  /** Goes on with an empty state, as one who has lost it, on the same account. */
  async loseState(): Promise<void> {
    this.#states += 1;
    const state = join(this.#folder, `state-${this.#states}`);
    mkdirSync(state);
    this.#backend = `file://${state}`;
    this.#stack = await LocalWorkspace.createOrSelectStack(
      { stackName: SUFFIX, projectName: PROJECT, program: () => this.#declare() },
      {
        workDir: mkdtempSync(join(this.#folder, 'work-')),
        ...(this.#engine && { pulumiCommand: this.#engine }),
        pulumiHome: this.#home,
        projectSettings: { name: PROJECT, runtime: 'nodejs', backend: { url: this.#backend } },
        envVars: this.#variables,
      },
    );
  }

  /** What a shell sets in which the commands of this project work on this stack. */
  get shell(): NodeJS.ProcessEnv {
    return {
      ...this.#variables,
      PATH: process.env['PATH'],
      HOME: this.#folder,
      PULUMI_HOME: this.#home,
      PULUMI_BACKEND_URL: this.#backend,
      ENVIRONMENT_SUFFIX: SUFFIX,
    };
  }

  get #variables() {
    return {
      PULUMI_DEBUG_PROVIDERS: `aws:${this.#port}`,
      PULUMI_CONFIG_PASSPHRASE: 'not a secret',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
    };
  }

  async #declare() {
    const { settings = {}, environment = {}, transform, extra } = this.#version;
    const config = resolveStackConfig({
      stack: SUFFIX,
      stackConfig: Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [`leaderboard:${name}`, value]),
      ),
      environment: { ...environment, ENVIRONMENT_SUFFIX: SUFFIX },
    });
    if (transform) pulumi.runtime.registerStackTransformation(transform);
    const outputs = deploy(config, () => this.#bundle, sampleSite);
    extra?.();
    return outputs;
  }

  stop(): void {
    this.aws.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What an update would do. */
  async preview(version: Version = {}): Promise<Changes> {
    this.#version = version;
    return (await this.#started.preview()).changeSummary;
  }

  /** Updates the stack, after a look at the account, as `infra:up` does. */
  async up(version: Version = {}): Promise<{ changes: Changes; outputs: OutputMap }> {
    this.#version = version;
    const { summary, outputs } = await this.#started.up({ refresh: true });
    return { changes: summary.resourceChanges ?? {}, outputs };
  }

  async destroy(): Promise<Changes> {
    return (await this.#started.destroy()).summary.resourceChanges ?? {};
  }

  get #started(): Stack {
    if (this.#stack === undefined) throw new Error('The stack is started before the tests.');
    return this.#stack;
  }
}
