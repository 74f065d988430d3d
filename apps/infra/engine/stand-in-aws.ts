import * as grpc from '@grpc/grpc-js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import providerRpc from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';

import { fakeOutputs } from '../src/graph/fake-outputs.ts';
import { TYPES } from '../src/graph/resource-types.ts';

type Properties = Record<string, unknown>;

/** A resource of the account. */
export interface Held {
  type: string;
  /** Its name in the program. */
  logicalName: string;
  id: string;
  inputs: Properties;
}

export interface Operation {
  op: 'create' | 'update' | 'delete';
  type: string;
  logicalName: string;
}

/**
 * Properties that cannot be changed in place, beside `name` (Pulumi registry: AWS Classic, "changes force replacement"): those
 * that the tests change.
 */
const FIXED: Record<string, readonly string[]> = {
  [TYPES.table]: ['hashKey', 'rangeKey'],
  [TYPES.queue]: ['fifoQueue'],
  [TYPES.bucket]: ['bucket'],
  'aws:apigateway/deployment:Deployment': ['restApi', 'triggers'],
};
/** Types of which an account has each name once. */
const UNIQUE = new Set<string>([
  TYPES.table,
  TYPES.queue,
  TYPES.function,
  TYPES.role,
  TYPES.logGroup,
  TYPES.alarm,
  TYPES.pipe,
]);

/**
 * An AWS account behind Pulumi's provider protocol: it holds what is created, refuses names that are taken and deletions of protected
 * tables as AWS does, and plans replacements as the AWS provider does. It knows nothing else of AWS.
 */
export class StandInAws {
  readonly operations: Operation[] = [];
  readonly #held = new Map<string, Held>();
  readonly #server = new grpc.Server();
  #created = 0;
  #silent: { type: string; name: string; reached: () => void } | undefined;

  /** Serves the protocol. @returns its port on the loopback interface */
  async listen(): Promise<number> {
    this.#server.addService(providerRpc.ResourceProviderService, this.#handlers());
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(
        '127.0.0.1:0',
        grpc.ServerCredentials.createInsecure(),
        (error, port) => {
          if (error) reject(error);
          else resolve(port);
        },
      );
    });
  }

  close(): void {
    this.#server.forceShutdown();
  }

  get held(): readonly Held[] {
    return [...this.#held.values()];
  }

  ofType(type: string): Held[] {
    return this.held.filter((each) => each.type === type);
  }

  /** The resource of a type with this physical name. */
  named(type: string, name: string): Held {
    const found = this.ofType(type).find(({ inputs }) => inputs['name'] === name);
    if (found === undefined) throw new Error(`The account has no ${type} ${name}.`);
    return found;
  }

  /** Changes a resource as somebody would in the console. */
  change(resource: Held, inputs: Properties): void {
    resource.inputs = { ...resource.inputs, ...inputs };
  }

  /** Takes resources out of the account without the engine. */
  forget(resources: readonly Held[]): void {
    for (const { type, id } of resources) this.#held.delete(keyOf(type, id));
  }

  /**
   * Creates the resource with this physical name when it is asked to, and never says so, as for one who is killed meanwhile.
   *
   * @returns resolves when it is created
   */
  silentAbout(type: string, name: string): Promise<void> {
    return new Promise((resolve) => {
      const reached = () => {
        this.#silent = undefined;
        resolve();
      };
      this.#silent = { type, name, reached };
    });
  }

  #handlers(): grpc.UntypedServiceImplementation {
    const answer =
      <Request, Response>(respond: (request: Request) => Response) =>
      (call: { request: Request }, callback: grpc.sendUnaryData<Response>) => {
        try {
          callback(null, respond(call.request));
        } catch (error) {
          callback({ code: grpc.status.UNKNOWN, details: (error as Error).message });
        }
      };
    return {
      getPluginInfo: answer(() => new plugin.PluginInfo().setVersion('7.0.0')),
      attach: answer(() => new empty.Empty()),
      cancel: answer(() => new empty.Empty()),
      getSchema: answer(() => new messages.GetSchemaResponse().setSchema('{}')),
      checkConfig: answer((request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: answer(() =>
        new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE),
      ),
      configure: answer(() => new messages.ConfigureResponse()),
      check: answer((request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
      ),
      diff: answer((request: messages.DiffRequest) => this.#diff(request)),
      create: (
        call: { request: messages.CreateRequest },
        callback: grpc.sendUnaryData<messages.CreateResponse>,
      ) => {
        const create = answer((request: messages.CreateRequest) => this.#create(request));
        create(call, (...response) => {
          const { type, inputs } = this.held.at(-1) ?? {};
          const silent = this.#silent;
          const isSilent = silent !== undefined && silent.type === type;
          if (isSilent && silent.name === inputs?.['name']) silent.reached();
          else callback(...response);
        });
      },
      read: answer((request: messages.ReadRequest) => this.#read(request)),
      update: answer((request: messages.UpdateRequest) => this.#update(request)),
      delete: answer((request: messages.DeleteRequest) => this.#delete(request)),
    };
  }

  #diff(request: messages.DiffRequest): messages.DiffResponse {
    const { type } = partsOf(request.getUrn());
    const before = toObject(request.getOldInputs());
    const after = toObject(request.getNews());
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    );
    const fixed = ['name', ...(FIXED[type] ?? [])];
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    return (
      new messages.DiffResponse()
        .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(changed.filter((name) => fixed.includes(name)))
        // A name can be taken again only once it is free.
        .setDeletebeforereplace(UNIQUE.has(type) && before['name'] === after['name'])
    );
  }

  #create(request: messages.CreateRequest): messages.CreateResponse {
    const { type, logicalName } = partsOf(request.getUrn());
    const inputs = toObject(request.getProperties());
    const isUnique = UNIQUE.has(type);
    this.#created += 1;
    const id = isUnique ? String(inputs['name']) : `${logicalName}-${this.#created}`;
    if (this.#held.has(keyOf(type, id))) {
      throw new Error(`ResourceInUseException: ${type} ${id} already exists`);
    }
    this.#held.set(keyOf(type, id), { type, logicalName, id, inputs });
    this.operations.push({ op: 'create', type, logicalName });
    return new messages.CreateResponse()
      .setId(id)
      .setProperties(toStruct(outputsOf(type, logicalName, inputs)));
  }

  #read(request: messages.ReadRequest): messages.ReadResponse {
    const { type, logicalName } = partsOf(request.getUrn());
    const held = this.#held.get(keyOf(type, request.getId()));
    if (held === undefined) return new messages.ReadResponse();
    return new messages.ReadResponse()
      .setId(held.id)
      .setInputs(toStruct(held.inputs))
      .setProperties(toStruct(outputsOf(type, logicalName, held.inputs)));
  }

  #update(request: messages.UpdateRequest): messages.UpdateResponse {
    const { type, logicalName } = partsOf(request.getUrn());
    const held = this.#heldAs(type, request.getId());
    held.inputs = toObject(request.getNews());
    this.operations.push({ op: 'update', type, logicalName });
    return new messages.UpdateResponse().setProperties(
      toStruct(outputsOf(type, logicalName, held.inputs)),
    );
  }

  #delete(request: messages.DeleteRequest): empty.Empty {
    const { type, logicalName } = partsOf(request.getUrn());
    const held = this.#heldAs(type, request.getId());
    if (held.inputs['deletionProtectionEnabled'] === true) {
      throw new Error(
        `ValidationException: Resource cannot be deleted as it is currently protected`,
      );
    }
    this.#held.delete(keyOf(type, held.id));
    this.operations.push({ op: 'delete', type, logicalName });
    return new empty.Empty();
  }

  #heldAs(type: string, id: string): Held {
    const held = this.#held.get(keyOf(type, id));
    if (held === undefined) throw new Error(`ResourceNotFoundException: ${type} ${id}`);
    return held;
  }
}

function keyOf(type: string, id: string): string {
  return `${type} ${id}`;
}

/** `urn:pulumi:dev::leaderboard::parent$aws:sqs/queue:Queue::updates-queue` */
function partsOf(urn: string): { type: string; logicalName: string } {
  const [, , types = '', ...name] = urn.split('::');
  return { type: types.split('$').at(-1) ?? types, logicalName: name.join('::') };
}

function outputsOf(type: string, logicalName: string, inputs: Properties): Properties {
  return { ...inputs, ...fakeOutputs(type, logicalName, inputs) };
}

function toObject(properties: struct.Struct | undefined): Properties {
  return (properties?.toJavaScript() ?? {}) as Properties;
}

function toStruct(properties: Properties): struct.Struct {
  return struct.Struct.fromJavaScript(properties as Record<string, struct.JavaScriptValue>);
}
