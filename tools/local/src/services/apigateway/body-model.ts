import Draft04 from 'ajv-draft-04';

import { LocalStackError, messageOf } from '../../shared/errors.ts';

/** @returns what is wrong with a body, in words; undefined when nothing is. */
export type BodyCheck = (body: unknown) => string | undefined;

/**
 * Compiles a model as API Gateway takes it: JSON Schema draft-04, in which an unknown keyword or format is a mistake.
 *
 * @throws LocalStackError `InvalidResource`
 */
export function compileModel(name: string, schemaText: string): BodyCheck {
  try {
    const ajv = new Draft04.default({ strict: true, allErrors: true, allowUnionTypes: true });
    const validate = ajv.compile(JSON.parse(schemaText) as object);
    return (body) => {
      if (validate(body)) return undefined;
      const faults = (validate.errors ?? []).map(
        ({ instancePath, message }) => `${instancePath || 'the body'} ${message ?? 'is invalid'}`,
      );
      return `[${faults.join(', ')}]`;
    };
  } catch (error) {
    throw new LocalStackError(
      'InvalidResource',
      `Model "${name}" is not a JSON Schema of draft-04: ${messageOf(error)}. See "Data models for REST APIs" in the API Gateway developer guide.`,
      { cause: error },
    );
  }
}

/** The check for a body of this content type: a model of its own, or that of `$default`; without either there is none. */
export function modelNameFor(
  requestModels: Readonly<Record<string, string>>,
  contentType: string | undefined,
): string | undefined {
  return requestModels[mediaTypeOf(contentType)] ?? requestModels['$default'];
}

/** The content type without its parameters; API Gateway takes a missing one for JSON. */
export function mediaTypeOf(contentType: string | undefined): string {
  const [mediaType = ''] = (contentType ?? 'application/json').split(';');
  return mediaType.trim().toLowerCase();
}

/** Checks the text of a body; an empty one counts as `{}`, as for API Gateway. */
export function checkBody(check: BodyCheck, text: string): string | undefined {
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch (error) {
    return `Could not parse request body into json: ${messageOf(error)}`;
  }
  return check(body);
}
