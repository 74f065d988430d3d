import type { Histogram } from '../board/histogram.ts';
import { element, svgElement } from './element.ts';

const WIDTH = 360;
const HEIGHT = 64;
const GAP = 2;

/** How the scores of all players are distributed, and the scores that the best have. */
export function histogramPlot({ bars, summary, cutoffs }: Histogram): HTMLElement {
  const step = WIDTH / Math.max(1, bars.length);
  const drawn = bars.map(({ height, isOwn, text }, index) =>
    svgElement(
      'rect',
      {
        class: isOwn ? 'histogram-bar is-own' : 'histogram-bar',
        x: index * step + GAP / 2,
        y: HEIGHT * (1 - height),
        width: step - GAP,
        height: HEIGHT * height,
      },
      svgElement('title', {}, text),
    ),
  );
  return element(
    'figure',
    { class: 'histogram' },
    svgElement(
      'svg',
      {
        class: 'histogram-bars',
        viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
        preserveAspectRatio: 'none',
        role: 'img',
        'aria-label': summary,
      },
      ...drawn,
    ),
    element(
      'dl',
      { class: 'cutoffs' },
      ...cutoffs.map(({ label, score }) =>
        element('div', {}, element('dt', {}, label), element('dd', {}, score)),
      ),
    ),
  );
}
