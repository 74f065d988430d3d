import type { ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** `npm start` writes the endpoints of the local stack here. */
const STACK_FILE = join(import.meta.dirname, '../../.local/stack.json');

/**
 * The minimum content security policy, for hosts that send no header. The address of the API is only known at
 * deployment, so `connect-src` allows all of https; a header can narrow it.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only at build: the dev server injects inline styles for hot reload. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

function localApiUrl(): string | undefined {
  if (process.env['LEADERBOARD_API_URL'] !== undefined) return process.env['LEADERBOARD_API_URL'];
  try {
    const stack = JSON.parse(readFileSync(STACK_FILE, 'utf8')) as {
      outputs?: { leaderboard_url?: string };
    };
    return stack.outputs?.leaderboard_url;
  } catch {
    return undefined;
  }
}

/**
 * Replaces the deployment in `nx run dashboard:serve`: it serves config.json and forwards /api, because the API
 * allows only the origin of the deployed page.
 */
function localConfig(apiUrl: string | undefined): Plugin {
  return {
    name: 'local-config',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/config.json', (_request: unknown, response: ServerResponse) => {
        response.statusCode = apiUrl === undefined ? 404 : 200;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(apiUrl === undefined ? {} : { api_url: '/api' }));
      });
    },
  };
}

export default defineConfig(() => {
  const apiUrl = localApiUrl();
  return {
    base: './',
    plugins: [contentSecurityPolicy(), localConfig(apiUrl)],
    build: { target: 'es2022', modulePreload: false, assetsInlineLimit: 0, sourcemap: true },
    server: {
      host: '127.0.0.1',
      ...(apiUrl === undefined
        ? {}
        : {
            proxy: {
              '/api': {
                target: apiUrl,
                changeOrigin: true,
                rewrite: (path: string) => path.replace(/^\/api/, ''),
              },
            },
          }),
    },
  };
});
