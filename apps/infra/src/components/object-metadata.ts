import { extname } from 'node:path';

import * as pulumi from '@pulumi/pulumi';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Files below it have a hash of their content in their names: when the content changes, so does the name. */
const HASHED_FILES = /^assets\//;

/**
 * Headers of a file of a page. Browsers reject scripts of another type (`nosniff`), so an unknown type is an error.
 *
 * @throws RunError naming the file and where to add its type.
 * @example
 * objectMetadata('assets/index-1a2b.js'); // { contentType: 'text/javascript; charset=utf-8', cacheControl: 'public, max-age=31536000, immutable' }
 */
export function objectMetadata(key: string): { contentType: string; cacheControl: string } {
  const contentType = CONTENT_TYPES[extname(key)];
  if (contentType === undefined) {
    throw new pulumi.RunError(
      `The page has a file "${key}" of an unknown type. Add its extension to CONTENT_TYPES in apps/infra/src/components/object-metadata.ts.`,
    );
  }
  return { contentType, cacheControl: cacheControlOf(key) };
}

function cacheControlOf(key: string): string {
  if (HASHED_FILES.test(key)) return 'public, max-age=31536000, immutable';
  return /\.(html|json)$/.test(key) ? 'no-cache' : 'public, max-age=3600';
}
