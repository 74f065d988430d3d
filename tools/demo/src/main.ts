import { parseDemoOptions } from './demo-options.ts';
import { runDemo } from './run-demo.ts';

await runDemo(parseDemoOptions(process.argv));
