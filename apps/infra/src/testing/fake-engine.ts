import * as grpc from '@grpc/grpc-js';
import { EngineService, type IEngineServer } from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import engineMessages from '@pulumi/pulumi/proto/engine_pb.js';
import {
  type IResourceMonitorServer,
  ResourceMonitorService,
} from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import resourceMessages from '@pulumi/pulumi/proto/resource_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';

import { fakeOutputs } from '../graph/fake-outputs.ts';

/** What a program sent to the engine. */
export interface Recording {
  /** `type::name` of every registered resource. */
  readonly resources: string[];
  /** Outputs of the stack, by name. */
  readonly stackOutputs: Record<string, unknown>;
  /** Messages of severity error. */
  readonly errors: string[];
}

export interface FakeEngine extends AsyncDisposable {
  /** `host:port` for both `--monitor` and `--engine` of Pulumi's language host. */
  readonly address: string;
  readonly recording: Recording;
}

/** The two gRPC services that Pulumi's CLI offers to a program, without a CLI: they record requests and create nothing. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const recording: Recording = { resources: [], stackOutputs: {}, errors: [] };
  const server = new grpc.Server();
  // gRPC returns UNIMPLEMENTED for other methods, by which the SDK recognizes an engine without that feature.
  server.addService(ResourceMonitorService, monitorHandlers(recording) as IResourceMonitorServer);
  server.addService(EngineService, engineHandlers(recording) as IEngineServer);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    recording,
    [Symbol.asyncDispose]: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

function monitorHandlers(recording: Recording): Partial<IResourceMonitorServer> {
  return {
    supportsFeature: (_call, respond) => {
      respond(null, new resourceMessages.SupportsFeatureResponse().setHassupport(true));
    },
    registerResource: ({ request }, respond) => {
      const [type, name] = [request.getType(), request.getName()];
      recording.resources.push(`${type}::${name}`);
      const inputs = request.getObject()?.toJavaScript() ?? {};
      const state = { ...inputs, ...fakeOutputs(type, name, inputs) };
      respond(
        null,
        new resourceMessages.RegisterResourceResponse()
          .setUrn(`urn:pulumi:dev::leaderboard::${type}::${name}`)
          .setId(request.getCustom() ? `${name}-id` : '')
          .setObject(struct.Struct.fromJavaScript(state as Record<string, struct.JavaScriptValue>)),
      );
    },
    registerResourceOutputs: ({ request }, respond) => {
      if (request.getUrn().includes('::pulumi:pulumi:Stack::')) {
        Object.assign(recording.stackOutputs, request.getOutputs()?.toJavaScript());
      }
      respond(null, new empty.Empty());
    },
    signalAndWaitForShutdown: (_call, respond) => {
      respond(null, new empty.Empty());
    },
  };
}

function engineHandlers(recording: Recording): Partial<IEngineServer> {
  return {
    log: ({ request }, respond) => {
      if (request.getSeverity() === engineMessages.LogSeverity.ERROR) {
        recording.errors.push(request.getMessage());
      }
      respond(null, new empty.Empty());
    },
    setRootResource: (_call, respond) => {
      respond(null, new engineMessages.SetRootResourceResponse());
    },
  };
}
