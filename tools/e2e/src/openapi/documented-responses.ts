import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from './generated-requests.ts';

/** Judges answers by the schemas that an OpenAPI document promises for them. */
export class DocumentedAnswers {
  /** The document's own formats are explained in its descriptions; its `example` and `summary` are no keywords. */
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });

  constructor(document: OpenApiDocument) {
    this.#ajv.addSchema(document, 'openapi');
  }

  /** @returns what is wrong with an answer; undefined when it is documented, status and body. */
  faultOf(path: string, method: string, status: number, body: string): string | undefined {
    const place = ['paths', path, method, 'responses', String(status)];
    const schema = [...place, 'content', 'application/json', 'schema'].map(pointerSegment);
    const validate = this.#ajv.getSchema(`openapi#/${schema.join('/')}`);
    if (validate === undefined) return `status ${String(status)} is not documented`;
    try {
      return validate(JSON.parse(body)) ? undefined : this.#ajv.errorsText(validate.errors);
    } catch (error) {
      return `the body is not JSON: ${String(error)}`;
    }
  }
}

/** A segment of a JSON pointer in a URI fragment. */
function pointerSegment(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
