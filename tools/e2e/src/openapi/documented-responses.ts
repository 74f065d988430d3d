import { jsonPointer } from '@leaderboard/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from './generated-requests.ts';

/** Checks responses against the schemas that an OpenAPI document promises. */
export class DocumentedResponses {
  /** Not strict: the formats are explained in prose, and `example` and `summary` are not JSON Schema keywords. */
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });

  constructor(document: OpenApiDocument) {
    this.#ajv.addSchema(document, 'openapi');
  }

  /** @returns what is wrong with a response; undefined when its status and body are documented. */
  faultOf(path: string, method: string, status: number, body: string): string | undefined {
    const place = ['paths', path, method, 'responses', String(status)];
    const pointer = jsonPointer([...place, 'content', 'application/json', 'schema']);
    const validate = this.#ajv.getSchema(`openapi#${encodeURI(pointer)}`);
    if (validate === undefined) return `status ${String(status)} is not documented`;
    try {
      return validate(JSON.parse(body)) ? undefined : this.#ajv.errorsText(validate.errors);
    } catch (error) {
      return `the body is not JSON: ${String(error)}`;
    }
  }
}
