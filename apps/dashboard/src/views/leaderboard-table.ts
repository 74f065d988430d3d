import { scoreShare } from '../board/score-share.ts';
import { orderOf, type Reading } from '../board/board-feed.ts';
import { boardName, windowName } from '../board/board-names.ts';
import { formatCount } from '../format.ts';
import { element, hiddenText, setText } from './element.ts';
import { LeaderboardRow } from './leaderboard-row.ts';
import { roveFocus } from './roving-focus.ts';
import { animateRows } from './row-animation.ts';

const SKELETON_ROWS = 12;

/** A page of a board: one row per player, kept from poll to poll. */
export class LeaderboardTable {
  readonly node: HTMLTableElement;
  readonly #caption = element('caption', { class: 'visually-hidden' });
  readonly #body = element('tbody');
  readonly #rows = new Map<string, LeaderboardRow>();
  readonly #refreshFocus: () => void;
  #shown = '';

  constructor() {
    const head = (className: string, ...label: (Node | string)[]) =>
      element('th', { scope: 'col', class: className }, ...label);
    this.node = element(
      'table',
      { class: 'leaderboard' },
      this.#caption,
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          head('cell-rank', 'Rank'),
          head('cell-movement', hiddenText('Movement')),
          head('cell-player', 'Player'),
          head('cell-score', 'Score'),
          head('cell-updates', 'Updates'),
          head('cell-achieved', 'Achieved'),
        ),
      ),
      this.#body,
    );
    this.#refreshFocus = roveFocus(this.#body, 'a.player-link');
  }

  /** Grey bars until the rows are loaded. */
  showSkeleton(): void {
    this.#clear();
    this.node.setAttribute('aria-busy', 'true');
    for (let index = 0; index < SKELETON_ROWS; index += 1) {
      const cell = element('td', { colspan: 6 }, element('span', { class: 'skeleton' }));
      this.#body.append(element('tr', { class: 'skeleton-row', 'aria-hidden': 'true' }, cell));
    }
  }

  /** Scrolls up to the first row, never down: what is above the table stays in view if it is. */
  showTop(): void {
    const { top } = this.node.getBoundingClientRect();
    if (top < 0) this.node.scrollIntoView({ block: 'start' });
  }

  show(reading: Reading, now: number): void {
    const { selection, page, movements } = reading;
    if (page === undefined) return;
    const ranking = [page.board, page.window, page.period, selection.rank].join(' ');
    if (ranking !== this.#shown) this.#clear();
    this.#shown = ranking;
    this.node.removeAttribute('aria-busy');
    setText(
      this.#caption,
      `${ranks(selection.rank, page.entries.length)} of ${boardName(page.board)}, ${windowName(page.window)}`,
    );
    const lastRank = formatCount(page.entries.at(-1)?.rank ?? 0);
    this.node.style.setProperty('--rank-length', String(lastRank.length));
    this.node.classList.toggle('has-long-ranks', lastRank.length > 5);
    const order = orderOf(reading);
    const leader = page.entries[0]?.score ?? '0';
    animateRows(
      () => [...this.#rows.values()].map(({ node }) => node),
      () => {
        const staying = new Set(page.entries.map(({ player_id }) => player_id));
        for (const [player, { node }] of this.#rows) {
          if (staying.has(player)) continue;
          node.remove();
          this.#rows.delete(player);
        }
        page.entries.forEach((entry, index) => {
          const row = this.#rows.get(entry.player_id) ?? new LeaderboardRow(entry);
          this.#rows.set(entry.player_id, row);
          row.update(entry, {
            selection,
            movement: movements.get(entry.player_id) ?? { kind: 'same' },
            share: scoreShare(entry.score, leader, order),
            now,
          });
          const place = this.#body.children[index] ?? null;
          if (place !== row.node) this.#body.insertBefore(row.node, place);
        });
      },
    );
    this.#refreshFocus();
  }

  #clear(): void {
    this.#rows.clear();
    this.#shown = '';
    this.#body.replaceChildren();
  }
}

/** @param from place of the first entry; undefined for the top */
function ranks(from: number | undefined, count: number): string {
  if (from === undefined) return `Top ${String(count)}`;
  return `Ranks ${formatCount(from)} to ${formatCount(from + count - 1)}`;
}
