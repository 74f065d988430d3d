import { LocalStackError } from '@leaderboard/local';
import { parseDemoOptions } from './demo-options.ts';
import { runDemo } from './run-demo.ts';

try {
  await runDemo(parseDemoOptions(process.argv));
} catch (error) {
  if (!(error instanceof LocalStackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
