import { Ajv, _, str, type CodeKeywordDefinition, type Options } from 'ajv';
import { formats } from './formats.ts';
import { jsonBytes } from './json-bytes.ts';
import { isStorableJson } from './storable-json.ts';

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
      code: _`require("../formats/json-bytes.ts").jsonBytes`,
    });
    context.fail(_`${measure}(${context.data}) > ${context.schemaCode}`);
  },
};

const storable: CodeKeywordDefinition = {
  keyword: 'storable',
  type: 'object',
  schemaType: 'boolean',
  error: {
    message:
      'must be nested at most 30 levels deep, its texts well-formed Unicode, its numbers 0 or between 1E-130 and 9.9E+125',
  },
  code(context) {
    const isStorable = context.gen.scopeValue('func', {
      key: 'isStorableJson',
      ref: isStorableJson,
      code: _`require("../formats/storable-json.ts").isStorableJson`,
    });
    context.fail(_`!${isStorable}(${context.data})`);
  },
};

/** An AJV that knows this library's formats and keywords; the build compiles every schema with it, ahead of time. */
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
