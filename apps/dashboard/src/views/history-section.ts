import { boardName } from '../board/board-names.ts';
import { formatDateTime, formatScore } from '../format.ts';
import type { PlayerReading } from '../player/player-feed.ts';
import { element } from './element.ts';
import { historyPlot } from './history-plot.ts';

const LATEST = 5;

/**
 * The plot of the score history, and the latest updates in words.
 *
 * @param picked event id of the update that the plot selects; default: the latest one
 */
export function historySection(
  { history, hasOlder }: PlayerReading,
  picked?: string,
): HTMLElement[] {
  if (history.length === 0) return [];
  const count = hasOlder
    ? `latest ${String(history.length)} updates`
    : `${String(history.length)} ${history.length === 1 ? 'update' : 'updates'}`;
  const latest = history
    .slice(0, LATEST)
    .map(({ score, game_id, occurred_at, update_type }) =>
      element(
        'li',
        {},
        element('span', { class: 'update-score' }, formatScore(score)),
        element('span', { class: 'update-game' }, `${boardName(game_id)} · ${update_type}`),
        element('time', { datetime: occurred_at }, formatDateTime(occurred_at)),
      ),
    );
  return [
    element(
      'h3',
      { class: 'section-heading' },
      'Score history',
      element('span', { class: 'heading-note' }, `all boards · ${count}`),
    ),
    historyPlot(history, picked),
    element('h3', { class: 'section-heading' }, 'Latest updates'),
    element('ul', { class: 'updates' }, ...latest),
  ];
}
