import { Ajv, _, str, type CodeKeywordDefinition, type Options } from 'ajv';
import { formats } from './formats.ts';
import { findStorableFault, jsonBytes } from './storable-json.ts';

const maxJsonBytes: CodeKeywordDefinition = {
  keyword: 'maxJsonBytes',
  type: 'object',
  schemaType: 'number',
  error: {
    message: ({ schemaCode }) => str`must be at most ${schemaCode} bytes as JSON`,
    params: ({ schemaCode }) => _`{limit: ${schemaCode}}`,
  },
  code(context) {
    const measure = context.gen.scopeValue('func', {
      key: 'jsonBytes',
      ref: jsonBytes,
      code: _`require("../formats/storable-json.ts").jsonBytes`,
    });
    context.fail(_`${measure}(${context.data}) > ${context.schemaCode}`);
  },
};

/** Puts a {@link StorableFault} into the error's params: the fault is in a part of the value that has the keyword. */
const storable: CodeKeywordDefinition = {
  keyword: 'storable',
  type: 'object',
  schemaType: 'boolean',
  error: {
    message: 'must fit into the ledger',
    params: ({ params }) => _`{fault: ${params['fault']}}`,
  },
  code(context) {
    const find = context.gen.scopeValue('func', {
      key: 'findStorableFault',
      ref: findStorableFault,
      code: _`require("../formats/storable-json.ts").findStorableFault`,
    });
    const fault = context.gen.const('fault', _`${find}(${context.data})`);
    context.setParams({ fault });
    context.fail(_`${fault} !== undefined`);
  },
};

/** An AJV with this library's formats and keywords; `generate` compiles every schema with it. */
export function contractsAjv(options: Options): Ajv {
  return new Ajv({
    ...options,
    strict: true,
    allErrors: true,
    verbose: true,
    useDefaults: true,
    formats,
    keywords: [maxJsonBytes, storable],
    code: { ...options.code, formats: _`require("../formats/formats.ts").formats` },
  });
}
