import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { close, listen } from './api-double.ts';

const DIST = join(import.meta.dirname, '../dist');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

/** Serves the built page as a deployment does, with its own config.json and a strict content security policy. */
export class PageServer {
  /** The content of config.json; undefined if the file is missing. */
  config: string | undefined;
  apiUrl = '';
  readonly #server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const file = join(DIST, normalize(pathname === '/' ? '/index.html' : pathname));
    if (pathname === '/config.json' && this.config !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(this.config);
    } else if (pathname !== '/config.json' && existsSync(file)) {
      response.writeHead(200, {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${this.apiUrl}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`,
      });
      response.end(readFileSync(file));
    } else {
      response.writeHead(404).end();
    }
  });

  listen(): Promise<string> {
    if (!existsSync(join(DIST, 'index.html'))) {
      throw new Error('The page is not built. Run: nx run dashboard:build');
    }
    return listen(this.#server);
  }

  close(): Promise<void> {
    return close(this.#server);
  }
}
