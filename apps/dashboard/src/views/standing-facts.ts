import { isPlayerId } from '@leaderboard/contracts/ids';
import type { Entry } from '../generated/api-types.ts';
import { boardName, windowName } from '../board/board-names.ts';
import { formatCount, formatDateTime, formatPercentile, formatScore } from '../format.ts';
import type { PlayerReading, PlayerStanding } from '../player/player-feed.ts';
import { similarPlayers } from '../player/suggestions.ts';
import { withRank, type Selection } from '../url-state.ts';
import { element } from './element.ts';
import { pageLink } from './page-link.ts';

const SUGGESTIONS = 5;

/** Players above one that the page shows when it goes to that player's rank. */
const SHOWN_ABOVE = 10;

/** Rank, score and percentile, large; the rest small. The rank leads to its place on the board. */
export function standingFacts(standing: PlayerStanding, selection: Selection): HTMLElement {
  const fact = (className: string, name: string, value: string, note: string) =>
    element(
      'div',
      { class: `fact ${className}` },
      element('dt', {}, name),
      element(
        'dd',
        {},
        element('span', { class: 'fact-value' }, value),
        element('span', { class: 'fact-note' }, note),
      ),
    );
  const share = element('span', { class: 'percentile-bar', 'aria-hidden': 'true' });
  share.style.setProperty('--share', String(standing.percentile / 100));
  const percentile = fact(
    'fact-percentile',
    'Percentile',
    formatPercentile(standing.percentile),
    'of players at or below this rank',
  );
  percentile.append(share);
  const updates = `${formatCount(standing.updates)} ${standing.updates === 1 ? 'update' : 'updates'}`;
  const rank = fact(
    'fact-rank',
    'Rank',
    `#${formatCount(standing.rank)}`,
    `of ${formatCount(standing.total)}`,
  );
  const from = Math.max(1, standing.rank - SHOWN_ABOVE);
  rank
    .querySelector('dd')
    ?.append(pageLink('text-link fact-link', withRank(selection, from), 'Show on the board'));
  return element(
    'dl',
    { class: 'facts' },
    rank,
    fact('fact-score', 'Score', formatScore(standing.score), updates),
    percentile,
    fact('fact-achieved', 'Achieved', formatDateTime(standing.achieved_at), ''),
  );
}

/** Shows that the player has no standing, and suggests similar players. */
export function absentPlayer(
  { playerId, history }: PlayerReading,
  selection: Selection,
  entries: readonly Entry[],
): HTMLElement {
  const place = `${boardName(selection.board)}, ${windowName(selection.window).toLowerCase()}`;
  const reason = !isPlayerId(playerId)
    ? 'This is not a valid player id. An id contains only letters, digits and . _ : @ -, and starts with a letter or digit.'
    : history.length > 0
      ? `This player has no score on ${place}. Another board or window may have one.`
      : `No player with this id has a score on ${place}. Ids are case-sensitive.`;
  const known = entries.map(({ player_id }) => player_id);
  const similar = similarPlayers(playerId, known, SUGGESTIONS).filter((id) => id !== playerId);
  const offers = similar.map((id) =>
    element('li', {}, pageLink('text-link', { ...selection, player: id }, id)),
  );
  return element(
    'div',
    { class: 'absent' },
    element('p', { class: 'absent-title' }, 'Not on this board'),
    element('p', {}, reason),
    ...(offers.length === 0
      ? []
      : [element('p', {}, 'Did you mean:'), element('ul', { class: 'offers' }, ...offers)]),
  );
}
