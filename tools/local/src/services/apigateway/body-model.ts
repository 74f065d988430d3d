import Draft04 from 'ajv-draft-04';

import { LocalStackError, messageOf } from '../../shared/errors.ts';

/** @returns what is wrong with a body; undefined for a valid one */
export type BodyCheck = (body: unknown) => string | undefined;

/**
 * Compiles a model as API Gateway does: JSON Schema draft-04, in which an unknown keyword or format is an error.
 *
 * @throws LocalStackError `InvalidResource`
 */
export function compileModel(name: string, schemaJson: string): BodyCheck {
  try {
    const ajv = new Draft04.default({ strict: true, allErrors: true, allowUnionTypes: true });
    const validate = ajv.compile(JSON.parse(schemaJson) as object);
    return (body) => {
      if (validate(body)) return undefined;
      const errors = (validate.errors ?? []).map(
        ({ instancePath, message }) => `${instancePath || 'the body'} ${message ?? 'is invalid'}`,
      );
      return `[${errors.join(', ')}]`;
    };
  } catch (error) {
    throw new LocalStackError(
      'InvalidResource',
      `Model "${name}" is not a JSON Schema of draft-04: ${messageOf(error)}. See "Data models for REST APIs" in the API Gateway developer guide.`,
      { cause: error },
    );
  }
}

/** The model for a body of this content type: the type's own, else that of `$default`, else none. */
export function modelNameFor(
  requestModels: Readonly<Record<string, string>>,
  contentType: string | undefined,
): string | undefined {
  return requestModels[mediaTypeOf(contentType)] ?? requestModels['$default'];
}

/** The content type without its parameters; API Gateway treats a missing one as JSON. */
export function mediaTypeOf(contentType: string | undefined): string {
  const [mediaType = ''] = (contentType ?? 'application/json').split(';');
  return mediaType.trim().toLowerCase();
}

/** Checks a body; an empty one counts as `{}`, as for API Gateway. */
export function checkBody(check: BodyCheck, json: string): string | undefined {
  let body: unknown;
  try {
    body = json === '' ? {} : JSON.parse(json);
  } catch (error) {
    return `Could not parse request body into json: ${messageOf(error)}`;
  }
  return check(body);
}
