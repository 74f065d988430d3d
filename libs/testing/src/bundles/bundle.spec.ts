import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Bundle } from './bundle.ts';
import { checkBundle } from './check-bundle.ts';

const FUNCTION = `
  const table = process.env.TABLE_NAME;
  if (!table) {
    const problem = table === undefined ? 'TABLE_NAME is not set' : 'TABLE_NAME is empty';
    throw Object.assign(new Error(problem), { code: 'InvalidConfiguration' });
  }
  export const handler = async (event, context) => {
    console.log(JSON.stringify({ level: 'INFO', left: context.getRemainingTimeInMillis() }));
    return { table, records: event.Records.length, variables: Object.keys(process.env).sort() };
  };`;

const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
const file = path.join(folder, 'index.mjs');
writeFileSync(file, FUNCTION);
writeFileSync(`${file}.map`, '{}');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bundle = new Bundle(file);

checkBundle('sample function', bundle, {
  sizeBudget: FUNCTION.length,
  environment: () => ({ TABLE_NAME: 'ledger' }),
  requiredVariable: 'TABLE_NAME',
});

test('an invocation returns the response and, apart from it, the logs', async () => {
  const { response, logs } = await bundle.invoke({ Records: [1] }, { TABLE_NAME: 'ledger' });
  expect(response).toEqual({
    table: 'ledger',
    records: 1,
    variables: ['AWS_REGION', 'TABLE_NAME'],
  });
  expect(logs).toBe('{"level":"INFO","left":30000}\n');
});

test('an invocation fails with what the function throws', async () => {
  await expect(bundle.invoke({}, { TABLE_NAME: 'ledger' })).rejects.toThrow(/reading 'length'/);
});
