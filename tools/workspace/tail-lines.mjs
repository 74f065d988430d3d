import { closeSync, openSync, readSync } from 'node:fs';

const POLL_MS = 500;

/** Calls back for each line that is appended to a file, until it is stopped. */
export function tailLines(file, onLine) {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(65_536);
  let rest = '';
  const read = () => {
    for (let size = 1; size > 0;) {
      size = readSync(descriptor, chunk, 0, chunk.length, null);
      const lines = (rest + chunk.toString('utf8', 0, size)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    }
  };
  const timer = setInterval(read, POLL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      read();
      closeSync(descriptor);
    },
  };
}
