import type { HistoryEntry } from '../generated/api-types.ts';
import { boardName } from '../board/board-names.ts';
import { formatCompact, formatDateTime, formatScore } from '../format.ts';
import { layOutPlot, nearestPoint, type Plot } from '../player/plot-geometry.ts';
import { element, svgElement } from './element.ts';

const WIDTH = 360;
const HEIGHT = 190;
const AREA = { left: 44, right: WIDTH - 10, top: 12, bottom: HEIGHT - 26 };
/** Line colours in the style sheet; further games share the last one. */
const COLOURS = 5;
const DOTS_UP_TO = 60;

/**
 * A plot of a player's scores over time, one line per game. The pointer or the arrow keys select an
 * update, which is described below the plot.
 *
 * @param history at least one entry
 * @param pickedEvent event id of the update to select first; default: the latest one
 */
export function historyPlot(history: readonly HistoryEntry[], pickedEvent?: string): HTMLElement {
  const plot = layOutPlot(history, AREA);
  const readout = element('p', { class: 'plot-readout', 'aria-live': 'polite' });
  const cursor = svgElement('g', { class: 'plot-cursor' });
  const drawing = svgElement(
    'svg',
    {
      class: 'plot',
      viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
      role: 'img',
      tabindex: 0,
      'aria-label': `${summary(plot)} Use the arrow keys to select an update.`,
    },
    ...axes(plot),
    ...lines(plot),
    cursor,
  );
  let picked = -1;

  const pick = (index: number): void => {
    const point = plot.points[index];
    if (point === undefined) return;
    picked = index;
    const { x, y, entry, series } = point;
    drawing.dataset['picked'] = entry.event_id;
    cursor.replaceChildren(
      svgElement('line', { x1: x, x2: x, y1: AREA.top, y2: AREA.bottom }),
      svgElement('circle', { class: seriesClass(series), cx: x, cy: y, r: 4.5 }),
    );
    readout.replaceChildren(
      element('strong', {}, formatScore(entry.score)),
      ` ${boardName(entry.game_id)} · ${formatDateTime(entry.occurred_at)}`,
    );
  };

  drawing.addEventListener('pointermove', (event) => {
    const { left, width } = drawing.getBoundingClientRect();
    pick(nearestPoint(plot.points, ((event.clientX - left) / width) * WIDTH));
  });
  drawing.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    pick(picked + step);
  });
  const known = plot.points.findIndex(({ entry }) => entry.event_id === pickedEvent);
  pick(known < 0 ? plot.points.length - 1 : known);
  return element('div', { class: 'plot-frame' }, drawing, ...legend(plot), readout);
}

function summary({ points, from, to }: Plot): string {
  const updates = points.length === 1 ? '1 update' : `${String(points.length)} updates`;
  return `Score history: ${updates} from ${formatDateTime(from)} to ${formatDateTime(to)}.`;
}

function axes({ ticks, from, to }: Plot): SVGElement[] {
  const { left, right, bottom } = AREA;
  const label = (x: number, y: number, anchor: string, text: string) =>
    svgElement('text', { x, y, 'text-anchor': anchor }, text);
  const lineAt = (y: number) => svgElement('line', { x1: left, x2: right, y1: y, y2: y });
  const grid = ticks.map(({ y }) => lineAt(y));
  const values = ticks.map(({ y, value }) => label(left - 8, y + 3.5, 'end', formatCompact(value)));
  const below = bottom + 18;
  const times =
    from === to
      ? [label((left + right) / 2, below, 'middle', formatDateTime(from))]
      : [
          label(left, below, 'start', formatDateTime(from)),
          label(right, below, 'end', formatDateTime(to)),
        ];
  return [
    svgElement('g', { class: 'plot-grid' }, ...grid),
    svgElement('g', { class: 'plot-labels' }, ...values, ...times),
  ];
}

function lines({ points, paths }: Plot): SVGElement[] {
  const drawn = paths.map((d, series) =>
    svgElement('path', { class: `plot-line ${seriesClass(series)}`, d }),
  );
  const dots = points.map(({ x, y, series }) =>
    svgElement('circle', { class: `plot-dot ${seriesClass(series)}`, cx: x, cy: y, r: 2.2 }),
  );
  return points.length > DOTS_UP_TO ? drawn : [...drawn, ...dots];
}

function legend({ games }: Plot): HTMLElement[] {
  if (games.length < 2) return [];
  const items = games.map((game, series) =>
    element('li', { class: seriesClass(series) }, boardName(game)),
  );
  return [element('ul', { class: 'plot-legend' }, ...items)];
}

function seriesClass(series: number): string {
  return `series-${String(Math.min(series, COLOURS - 1))}`;
}
