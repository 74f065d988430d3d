export { createTable, createTables } from './create-tables.ts';
