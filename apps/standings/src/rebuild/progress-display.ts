import { SingleBar } from 'cli-progress';
import type { Checkpoint } from './checkpoint.ts';

/** How often a line is printed where there is no terminal, in ms. */
const LINE_INTERVAL_MS = 5_000;

/** Shows how far a rebuild is: a bar on a terminal, lines elsewhere. All of it on stderr; stdout is for the result. */
export interface ProgressDisplay {
  update(checkpoint: Checkpoint): void;
  /** Prints a separate line, above the bar if there is one. */
  line(text: string): void;
  stop(): void;
}

export interface ProgressDisplayOptions {
  readonly stream: NodeJS.WriteStream;
  /** Ledger items, as far as DynamoDB knows; 0 when it does not. */
  readonly expected: number;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** A bar with the time left on a terminal, plain lines elsewhere. */
export function progressDisplay(options: ProgressDisplayOptions): ProgressDisplay {
  return options.stream.isTTY ? barDisplay(options) : lineDisplay(options);
}

function barDisplay({ stream, expected }: ProgressDisplayOptions): ProgressDisplay {
  const bar = new SingleBar({
    format:
      '{bar} {percentage}% | {value}/{total} updates | {players} players | {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
  });
  bar.start(Math.max(1, expected), 0, { players: 0 });
  return {
    update: ({ counts: { updates, players } }) => {
      if (updates > bar.getTotal()) bar.setTotal(updates);
      bar.update(updates, { players });
    },
    line: (text) => {
      stream.write(`\r\u{1B}[K${text}\n`);
    },
    stop: () => {
      bar.stop();
    },
  };
}

function lineDisplay({ stream, expected, now }: ProgressDisplayOptions): ProgressDisplay {
  const startedAt = now();
  let printedAt = startedAt;
  let first: number | undefined;
  return {
    update: ({ counts: { updates, players } }) => {
      first ??= updates;
      if (now() - printedAt < LINE_INTERVAL_MS) return;
      printedAt = now();
      const left = secondsLeft(updates - first, Math.max(0, expected - updates), now() - startedAt);
      stream.write(
        `${updates} of about ${Math.max(expected, updates)} updates, ${players} players${left}\n`,
      );
    },
    line: (text) => {
      stream.write(`${text}\n`);
    },
    stop: () => undefined,
  };
}

function secondsLeft(done: number, left: number, elapsedMs: number): string {
  if (done <= 0 || left <= 0) return '';
  return `, about ${Math.ceil((left * elapsedMs) / done / 1_000)} s left`;
}
