import { join } from 'node:path';

import type { SiteFile } from '../components/static-site.ts';

/** A page in place of the built one, whose file names change with each build. */
export function sampleSite(): SiteFile[] {
  return ['assets/index-1a2b3c4d.js', 'favicon.svg', 'index.html'].map((key) => ({
    key,
    path: join(import.meta.dirname, 'sample-site', key),
  }));
}
