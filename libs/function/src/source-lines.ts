import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A place in this very file, which in a deployed function is its whole bundle. */
const PLACE = /(file:\/\/[^\s():]+\.mjs):(\d+):(\d+)/g;

type SourceMapPayload = ConstructorParameters<typeof SourceMap>[0];

const MAP_FILE = `${fileURLToPath(import.meta.url)}.map`;

let map: SourceMap | undefined;

/**
 * A stack trace with the lines of the sources in place of those of a minified bundle. Reads the map beside the bundle when the
 * first trace is asked for: Node's own `--enable-source-maps` reads it at every cold start. A trace of files without a map
 * stays as it is.
 */
export function withSourceLines(stack: string): string {
  return stack.replace(PLACE, (place, file: string, line: string, column: string) => {
    if (file !== import.meta.url) return place;
    const origin = mapOfBundle()?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !('fileName' in origin)) return place;
    const source = origin.fileName.replace(/^(?:\.\.\/)+/, '');
    return `${source}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

/** The map of the bundle; undefined where this module is not part of one, or the map cannot be read. */
function mapOfBundle(): SourceMap | undefined {
  try {
    map ??= new SourceMap(JSON.parse(readFileSync(MAP_FILE, 'utf8')) as SourceMapPayload);
  } catch {
    // A log entry with the lines of the bundle is better than none.
  }
  return map;
}
