import { orderOf, type Reading } from '../board/board-feed.ts';
import { histogramOf } from '../board/histogram.ts';
import type { Distribution } from '../generated/api-types.ts';
import { element } from './element.ts';
import { histogramPlot } from './histogram-plot.ts';

/** How the scores of the board are distributed. */
export class DistributionSection {
  readonly node = element('section', {
    class: 'distribution',
    'aria-label': 'Distribution of scores',
  });
  #shown: Distribution | undefined;

  /** Keeps its height until another distribution is here. */
  clear(): void {
    this.#shown = undefined;
    this.node.replaceChildren(element('span', { class: 'skeleton' }));
  }

  show(reading: Reading): void {
    const { distribution } = reading;
    if (distribution === undefined || distribution === this.#shown) return;
    this.#shown = distribution;
    this.node.replaceChildren(histogramPlot(histogramOf(distribution, orderOf(reading))));
  }
}
