import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

import * as grpc from '@grpc/grpc-js';
import analyzerRpc from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/analyzer_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';

import { POLICY_PACK_FOLDER } from '../commands/pulumi-invocation.ts';
import type { PolicyResource } from '../policy/resource.ts';

/** What Pulumi's Node.js language host starts for a policy pack. */
const RUNNER = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run-policy-pack');

export interface Finding {
  rule: string;
  message: string;
  urn: string;
  mandatory: boolean;
}

export interface RunningPolicyPack extends AsyncDisposable {
  /** Names of the rules that the pack offers to the engine. */
  rules(): Promise<string[]>;
  /** What the pack reports to the engine before the resource is created. */
  check(resource: PolicyResource): Promise<Finding[]>;
  /** What the pack reports to the engine at the end of a preview or an update. */
  checkStack(resources: readonly PolicyResource[]): Promise<Finding[]>;
}

/** Starts the policy pack as Pulumi's CLI does for --policy-pack, and calls it as Pulumi's engine does. */
export async function startPolicyPack(): Promise<RunningPolicyPack> {
  const runner = spawn(process.execPath, [RUNNER, '127.0.0.1:1', POLICY_PACK_FOLDER], {
    cwd: POLICY_PACK_FOLDER,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await firstLine(runner);
  const client = new analyzerRpc.AnalyzerClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
  );
  return {
    rules: async () => {
      const info = await call<messages.AnalyzerInfo>((respond) =>
        client.getAnalyzerInfo(new empty.Empty(), respond),
      );
      return info.getPoliciesList().map((policy) => policy.getName());
    },
    check: async ({ type, name, props }) => {
      const request = new messages.AnalyzeRequest()
        .setType(type)
        .setName(name)
        .setUrn(urnOf(name))
        .setOptions(options())
        .setProperties(toStruct(props));
      return findings(await call((respond) => client.analyze(request, respond)));
    },
    checkStack: async (resources) => {
      const request = new messages.AnalyzeStackRequest().setResourcesList(
        resources.map(({ type, name, props }) =>
          new messages.AnalyzerResource()
            .setType(type)
            .setName(name)
            .setUrn(urnOf(name))
            .setOptions(options())
            .setProperties(toStruct(props)),
        ),
      );
      return findings(await call((respond) => client.analyzeStack(request, respond)));
    },
    [Symbol.asyncDispose]: async () => {
      client.close();
      const closed = once(runner, 'close');
      runner.kill();
      await closed;
    },
  };
}

async function firstLine(runner: ChildProcess): Promise<string> {
  if (!runner.stdout) throw new Error('The policy pack has no stdout to read its port from');
  for await (const line of createInterface(runner.stdout)) return line;
  throw new Error('The policy pack ended before it was ready');
}

function call<Response>(
  send: (respond: (error: grpc.ServiceError | null, response: Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

function urnOf(name: string): string {
  return `urn:pulumi:dev::leaderboard::some:type::${name}`;
}

function options() {
  return new messages.AnalyzerResourceOptions().setCustomtimeouts(
    new messages.AnalyzerResourceOptions.CustomTimeouts(),
  );
}

function toStruct(props: PolicyResource['props']) {
  return struct.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(props)) as Record<string, struct.JavaScriptValue>,
  );
}

function findings(response: messages.AnalyzeResponse): Finding[] {
  return response.getDiagnosticsList().map((found) => ({
    rule: found.getPolicyname(),
    message: found.getMessage(),
    urn: found.getUrn(),
    mandatory: found.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY,
  }));
}
