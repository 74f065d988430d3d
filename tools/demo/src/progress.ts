import { SingleBar } from 'cli-progress';

/** Shows how far a stage has come: a bar on a terminal, a line for every tenth of it elsewhere. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** Starts the progress of a stage of `total` steps; everything goes to stderr, which leaves stdout to the report. */
export function startProgress(stage: string, total: number): Progress {
  if (!process.stderr.isTTY) return startLines(stage, total);
  const bar = new SingleBar({
    format: `  ${stage.padEnd(10)} {bar} {value}/{total}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    // Other lines are printed beside the bar, and must not be cut.
    linewrap: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return { update: (done) => void bar.update(done), stop: () => void bar.stop() };
}

function startLines(stage: string, total: number): Progress {
  let shown = 0;
  return {
    update: (done) => {
      const tenths = Math.floor((done * 10) / total);
      if (tenths === shown) return;
      shown = tenths;
      process.stderr.write(`${stage}: ${String(done)}/${String(total)}\n`);
    },
    stop: () => undefined,
  };
}
