import type { ResourceInputs } from './resource-inputs.ts';

/** One resource as the Pulumi program registers it. */
export interface ResourceRequest {
  /** Pulumi type token, for example `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** Logical name in the program. */
  readonly name: string;
  readonly inputs: ResourceInputs;
}

/** `outputs` are added to the inputs: together they are the resource's state, as the Pulumi program sees it. */
export interface CreatedResource {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  /**
   * URLs that the resource has on AWS, each with the address that serves it on loopback, which has no certificates. In
   * all that the program makes of them (inputs of other resources, outputs) they are replaced.
   */
  readonly loopbackUrls?: Readonly<Record<string, string>>;
}

/** Creates a resource of one type. */
export type ResourceProvider = (
  resource: ResourceRequest,
) => CreatedResource | Promise<CreatedResource>;

/** By Pulumi type token. */
export type ResourceProviders = Readonly<Record<string, ResourceProvider>>;

/** The name that a resource declares, or its logical one. */
export function nameOf({ name, inputs }: ResourceRequest): string {
  return inputs.optionalString('name') ?? name;
}
