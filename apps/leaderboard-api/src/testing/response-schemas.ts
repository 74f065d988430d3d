import { Ajv2020 } from 'ajv/dist/2020.js';
import { readAnswerSchemas } from '../../scripts/openapi-document.ts';
import { ROUTES } from '../routes/route-table.ts';

const schemas = readAnswerSchemas();
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  formats: { 'date-time': true },
});
ajv.addSchema(schemas);

/** Throws unless the body is what the schemas allow for the path of a request and the status of its answer. */
export function checkAnswer(pathname: string, status: number, body: unknown): void {
  const name = status === 200 ? answerOf(pathname) : 'Error';
  if (name === undefined) return;
  if (ajv.validate(`${schemas.$id}#/$defs/${name}`, body)) return;
  throw new Error(`${pathname} gave no ${name}: ${ajv.errorsText()}\n${JSON.stringify(body)}`);
}

function answerOf(pathname: string): string | undefined {
  const route = Object.values(ROUTES).find(({ path }) =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(pathname),
  );
  if (route === undefined) throw new Error(`No route has the path ${pathname}.`);
  return route.answer;
}
