import { Ajv2020 } from 'ajv/dist/2020.js';
import { readResponseSchemas } from '../../scripts/openapi-document.ts';
import { ROUTES } from '../routes/routes.ts';

const schemas = await readResponseSchemas();
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  formats: { 'date-time': true },
});
ajv.addSchema(schemas);

/** Throws unless the schemas allow the body for this path and status. */
export function checkResponse(pathname: string, status: number, body: unknown): void {
  const name = status === 200 ? responseOf(pathname) : 'Error';
  if (name === undefined) return;
  if (ajv.validate(`${schemas.$id}#/$defs/${name}`, body)) return;
  throw new Error(
    `${pathname} did not return a ${name}: ${ajv.errorsText()}\n${JSON.stringify(body)}`,
  );
}

function responseOf(pathname: string): string | undefined {
  const route = Object.values(ROUTES).find(({ path }) =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(pathname),
  );
  if (route === undefined) throw new Error(`No route has the path ${pathname}.`);
  return route.response;
}
