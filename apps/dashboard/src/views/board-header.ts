import type { Reading } from '../board/board-feed.ts';
import { boardName, boardRules, windowName } from '../board/board-names.ts';
import { periodName, windowEnd } from '../board/period.ts';
import { formatDateTime, formatDuration, formatPlayers } from '../format.ts';
import { withRank, type Selection } from '../url-state.ts';
import { element, setAttributes, setText } from './element.ts';
import { pageLink } from './page-link.ts';
import { roveFocus } from './roving-focus.ts';

/** The board's name and rules, its windows, the period and the number of players. */
export class BoardHeader {
  readonly node: HTMLElement;
  readonly #name = element('h1', { class: 'board-title' });
  readonly #rules = element('p', { class: 'board-rules' });
  readonly #windows = element('nav', { class: 'windows', 'aria-label': 'Window' });
  readonly #period = element('p', { class: 'board-period' });
  readonly #refreshFocus: () => void;
  #shownWindows = '';

  constructor() {
    this.node = element(
      'header',
      { class: 'board-header' },
      element('div', { class: 'board-heading' }, this.#name, this.#rules),
      this.#windows,
      this.#period,
    );
    this.#refreshFocus = roveFocus(this.#windows, 'a');
  }

  show({ selection, boards, page }: Reading): void {
    const board = boards.find(({ id }) => id === selection.board);
    setText(this.#name, boardName(selection.board));
    setAttributes(this.#name, { title: selection.board });
    setText(this.#rules, board === undefined ? '' : boardRules(board));
    this.#showWindows(board?.windows ?? [], selection);
    if (page === undefined) {
      setText(this.#period, '');
      return;
    }
    const asOf = Date.parse(page.as_of);
    const end = windowEnd(page.window, asOf);
    const reset = end === undefined ? '' : `resets in ${formatDuration(end - asOf)}`;
    setText(
      this.#period,
      [formatPlayers(page.total), periodName(page.period), reset]
        .filter((part) => part !== '')
        .join(' · '),
    );
    const explanation =
      end === undefined ? undefined : `Resets at ${formatDateTime(end)} (midnight UTC)`;
    setAttributes(this.#period, { title: explanation });
  }

  #showWindows(windows: readonly string[], selection: Selection): void {
    const key = JSON.stringify([windows, selection]);
    if (key === this.#shownWindows) return;
    this.#shownWindows = key;
    const hadFocus = this.#windows.contains(document.activeElement);
    this.#windows.replaceChildren(
      ...windows.map((window) => {
        const link = pageLink(
          'window-link',
          { ...withRank(selection, 1), window },
          windowName(window),
        );
        if (window === selection.window) link.setAttribute('aria-current', 'true');
        return link;
      }),
    );
    this.#refreshFocus();
    if (hadFocus) this.#windows.querySelector<HTMLElement>('[aria-current]')?.focus();
  }
}
