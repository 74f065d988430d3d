import path from 'node:path';
import { runBreaks } from '@leaderboard/testing/breaks';
import { BREAKS } from './breaks.ts';

await runBreaks({
  name: 'processor:breaks',
  description:
    'Breaks the code of the processor in one place at a time and plays random histories until they show it.',
  breaks: BREAKS,
  program: path.join(import.meta.dirname, 'play-broken.ts'),
  defaultRuns: 3_000,
});
