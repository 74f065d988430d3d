import { registerHooks } from 'node:module';
import { breakSource } from './break-source.ts';
import type { Break } from './break.ts';

/** Breaks the code that this process imports from now on. The files themselves stay as they are. */
export function breakCode(broken: Break): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/${broken.file}`)) return loaded;
      return { ...loaded, source: breakSource(String(loaded.source), broken) };
    },
  });
}
