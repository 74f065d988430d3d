import { portChoices, type StackPorts } from './ports.ts';
import { runProgram, type ProgramOptions } from './pulumi/run-program.ts';
import { resourceProviders } from './resource-providers.ts';
import { Lifecycle } from './shared/lifecycle.ts';
import { startServices, type ServiceOptions } from './start-services.ts';

/** The default of the infrastructure program. */
const DEFAULT_REGION = 'us-west-1';

export interface StackOptions extends ProgramOptions, ServiceOptions {
  readonly ports: StackPorts;
  /** Receives a message for every port that is taken. */
  readonly notify: (message: string) => void;
  /** Seed with which pipes deliver twice and out of order; without one they do not. */
  readonly pipeChaosSeed: number | undefined;
  /** Whether schedules fire only through the control API. */
  readonly schedulesOnDemand: boolean;
}

/** What the users of a running stack need: where to call it, and the outputs of the Pulumi program. */
export interface StackDescription {
  readonly region: string;
  readonly endpoints: {
    readonly sqs: string;
    readonly dynamodb: string;
    readonly s3: string;
    /** Only with `--faults`: the control API for tests. */
    readonly control?: string;
    /** Only with `--faults`: the Lambda API, which functions and schedules call. */
    readonly lambda?: string;
  };
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The process that runs the stack. */
  readonly pid: number;
}

export interface RunningStack {
  readonly description: StackDescription;
  /** Stops pollers, workers, gateways and engines, in this order. */
  stop(): Promise<void>;
}

/**
 * Starts the engines, runs the Pulumi program on them and starts polling.
 *
 * @throws LocalStackError; whatever was started is stopped again
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const lifecycle = new Lifecycle();
  try {
    return {
      description: await startParts(options, lifecycle),
      stop: () => lifecycle.stop(),
    };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function startParts(options: StackOptions, lifecycle: Lifecycle): Promise<StackDescription> {
  const region = options.config['aws:region'] ?? DEFAULT_REGION;
  const ports = portChoices(options.ports, options.notify);
  const services = await startServices(options, region, ports, lifecycle);
  const { pipeChaosSeed, schedulesOnDemand, report } = options;
  const providers = resourceProviders(services, {
    region,
    ports,
    lifecycle,
    pipeChaosSeed,
    schedulesOnDemand,
    report,
  });
  const outputs = await runProgram(options, providers, region);
  services.policies.check();
  lifecycle.ready();
  const { endpoints, controlUrl } = services;
  return {
    region,
    endpoints: {
      sqs: endpoints.sqs,
      dynamodb: endpoints.dynamodb,
      s3: endpoints.s3,
      ...(controlUrl !== undefined && { control: controlUrl, lambda: endpoints.lambda }),
    },
    outputs,
    pid: process.pid,
  };
}
