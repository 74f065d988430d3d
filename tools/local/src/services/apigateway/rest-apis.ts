import type { RestApiDefinition } from './rest-api-definition.ts';
import type { Stage } from './stage.ts';

/** Every REST API of the program, with its deployments and stages. */
export class RestApis {
  readonly byId = new Map<string, RestApiDefinition>();
  /** By deployment id. */
  readonly deployments = new Map<string, RestApiDefinition>();
  /** By `<API id>/<stage name>`. */
  readonly stages = new Map<string, Stage>();
}
