import { SingleBar } from 'cli-progress';

/** Shows how far a stage has come: a bar on a terminal, one line at its end elsewhere. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** Starts the progress of a stage of `total` steps; everything goes to stderr, which leaves stdout to the report. */
export function startProgress(stage: string, total: number): Progress {
  if (!process.stderr.isTTY) {
    let last = 0;
    return {
      update: (done) => (last = done),
      stop: () => void process.stderr.write(`${stage}: ${last}/${total}\n`),
    };
  }
  const bar = new SingleBar({
    format: `  ${stage.padEnd(10)} {bar} {value}/{total}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return { update: (done) => void bar.update(done), stop: () => void bar.stop() };
}
