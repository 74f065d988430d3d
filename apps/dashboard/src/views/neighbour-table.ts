import type { Entry } from '../generated/api-types.ts';
import { formatCount, formatScore } from '../format.ts';
import type { Selection } from '../url-state.ts';
import { avatar } from './avatar.ts';
import { element, hiddenText } from './element.ts';
import { pageLink } from './page-link.ts';

/** The players just above and below. */
export function neighbourTable(
  entries: readonly Entry[],
  playerId: string,
  selection: Selection,
): HTMLTableElement {
  const head = (className: string, label: string) =>
    element('th', { scope: 'col', class: className }, hiddenText(label));
  const rows = entries.map(({ rank, player_id, score }) =>
    element(
      'tr',
      { class: player_id === playerId ? 'is-selected' : undefined },
      element('td', { class: 'cell-rank' }, element('span', { class: 'rank' }, formatCount(rank))),
      element(
        'th',
        { scope: 'row', class: 'cell-player' },
        pageLink(
          'player-link',
          { ...selection, player: player_id },
          avatar(player_id),
          element('span', { class: 'player-name' }, player_id),
        ),
      ),
      element('td', { class: 'cell-score' }, formatScore(score)),
    ),
  );
  return element(
    'table',
    { class: 'neighbours' },
    element('caption', { class: 'section-heading' }, 'Neighbours'),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        head('cell-rank', 'Rank'),
        head('cell-player', 'Player'),
        head('cell-score', 'Score'),
      ),
    ),
    element('tbody', {}, ...rows),
  );
}
