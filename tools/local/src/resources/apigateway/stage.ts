import type { RestApis } from '../../services/apigateway/rest-apis.ts';
import { executionArn, Stage, type StageServices } from '../../services/apigateway/stage.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { Lifecycle } from '../../shared/lifecycle.ts';
import { startHttpServer, type PortChoice } from '../../shared/loopback-server.ts';
import type { CreatedResource, ResourceProviders, ResourceRequest } from '../provider.ts';
import { apiOf, idOf } from './inputs.ts';

export interface StageProviderOptions extends StageServices {
  readonly restApis: RestApis;
  readonly port: PortChoice;
  readonly lifecycle: Lifecycle;
}

/** What makes an API callable: deployments, stages and their settings. */
export function stageProviders(options: StageProviderOptions): ResourceProviders {
  const { restApis } = options;
  return {
    'aws:apigateway/deployment:Deployment': (resource) => createDeployment(resource, restApis),
    'aws:apigateway/stage:Stage': (resource) => createStage(resource, options),
    'aws:apigateway/methodSettings:MethodSettings': (resource) =>
      createMethodSettings(resource, restApis),
  };
}

function createDeployment({ name, inputs }: ResourceRequest, restApis: RestApis): CreatedResource {
  const api = apiOf(inputs, restApis);
  const id = idOf('deployment', `${api.id}${name}`);
  restApis.deployments.set(id, api.copy());
  return { id, outputs: {} };
}

async function createStage(
  { name, inputs }: ResourceRequest,
  options: StageProviderOptions,
): Promise<CreatedResource> {
  const { restApis, port, lifecycle } = options;
  const api = restApis.deployments.get(inputs.string('deployment'));
  if (api === undefined) {
    throw new LocalStackError('InvalidResource', `Stage "${name}": its deployment does not exist.`);
  }
  const stageName = inputs.string('stageName');
  const log = inputs.child('accessLogSettings');
  const stage = new Stage({
    name: stageName,
    api,
    accessLog: log && {
      group: log.string('destinationArn').replace(/^.*:log-group:/, ''),
      format: log.string('format'),
    },
    services: options,
  });
  restApis.stages.set(`${api.id}/${stageName}`, stage);
  const server = lifecycle.stopping(
    await startHttpServer((incoming, body) => stage.respond(incoming, body), port),
  );
  return {
    id: `${api.id}/${stageName}`,
    outputs: {
      stageName,
      invokeUrl: `${server.url}/${stageName}`,
      executionArn: `${executionArn(options.region, api.id)}/${stageName}`,
    },
  };
}

function createMethodSettings(
  { name, inputs }: ResourceRequest,
  restApis: RestApis,
): CreatedResource {
  const key = `${apiOf(inputs, restApis).id}/${inputs.string('stageName')}`;
  const path = inputs.string('methodPath');
  if (path !== '*/*') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Method settings "${name}": the local stack throttles a whole stage (*/*), not ${path}.`,
    );
  }
  const settings = inputs.child('settings');
  const rate = settings?.optionalNumber('throttlingRateLimit');
  const burst = settings?.optionalNumber('throttlingBurstLimit');
  if (rate !== undefined && burst !== undefined) {
    restApis.stages.get(key)?.throttle(rate, burst);
  }
  return { id: `${key}/${path}`, outputs: {} };
}
