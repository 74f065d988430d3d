import type { Entry } from '../generated/api-types.ts';
import type { Movement } from '../board/movements.ts';
import { formatAge, formatCount, formatDateTime, formatScore } from '../format.ts';
import { formatUrlState, type Selection } from '../url-state.ts';
import { avatar } from './avatar.ts';
import { element, setAttributes, setText } from './element.ts';
import { isSameMovement, movementMark } from './movement-mark.ts';
import { pageLink } from './page-link.ts';

/** What a row needs besides its entry. */
export interface RowContext {
  selection: Selection;
  movement: Movement;
  /** Length of the bar, 0–1. */
  share: number;
  /** Epoch milliseconds. */
  now: number;
}

const FLASH: KeyframeAnimationOptions = { duration: 1_200, easing: 'ease-out' };

/** One player's row. It is updated in place, so that it can be animated and keeps the focus. */
export class LeaderboardRow {
  readonly node: HTMLTableRowElement;
  readonly #rank = element('span', { class: 'rank' });
  readonly #movement = element('td', { class: 'cell-movement' });
  readonly #link: HTMLAnchorElement;
  readonly #score = element('span', { class: 'score' });
  readonly #bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
  readonly #updates = element('td', { class: 'cell-updates' });
  readonly #achieved = element('time');
  #shown: Movement | undefined;

  constructor({ player_id }: Entry) {
    const name = element('span', { class: 'player-name' }, player_id);
    this.#link = pageLink('player-link', {}, avatar(player_id), name);
    this.node = element(
      'tr',
      {},
      element('td', { class: 'cell-rank' }, this.#rank),
      this.#movement,
      element('th', { scope: 'row', class: 'cell-player' }, this.#link),
      element('td', { class: 'cell-score' }, this.#score, this.#bar),
      this.#updates,
      element('td', { class: 'cell-achieved' }, this.#achieved),
    );
  }

  update(entry: Entry, { selection, movement, share, now }: RowContext): void {
    const player = entry.player_id;
    const isSelected = selection.player === player;
    setText(this.#rank, formatCount(entry.rank));
    setAttributes(this.node, { 'data-rank': entry.rank <= 3 ? entry.rank : undefined });
    setAttributes(this.#link, {
      href: formatUrlState({ ...selection, player }),
      'aria-current': isSelected ? 'true' : undefined,
    });
    this.node.classList.toggle('is-selected', isSelected);
    this.#showMovement(movement);
    this.#showScore(formatScore(entry.score));
    this.#bar.style.setProperty('--share', share.toFixed(4));
    setText(this.#updates, formatCount(entry.updates));
    setText(this.#achieved, formatAge(now - Date.parse(entry.achieved_at)));
    setAttributes(this.#achieved, {
      datetime: entry.achieved_at,
      title: formatDateTime(entry.achieved_at),
    });
  }

  #showMovement(movement: Movement): void {
    if (isSameMovement(this.#shown, movement)) return;
    this.#shown = movement;
    this.#movement.replaceChildren(movementMark(movement));
  }

  #showScore(score: string): void {
    const before = this.#score.textContent;
    setText(this.#score, score);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (before !== '' && before !== score && !still) {
      this.#score.animate({ color: ['var(--accent)', 'inherit'] }, FLASH);
    }
  }
}
