import type { Board } from '../generated/api-types.ts';
import { boardName } from '../board/board-names.ts';
import { formatCount } from '../format.ts';
import { withRank, type Selection } from '../url-state.ts';
import { element, hiddenText } from './element.ts';
import { pageLink } from './page-link.ts';
import { roveFocus } from './roving-focus.ts';

/** The list of boards, with the number of players on each. */
export class BoardList {
  readonly node: HTMLElement;
  readonly #list = element('ul', { class: 'board-list' });
  readonly #refreshFocus: () => void;
  #shown = '';

  constructor() {
    this.node = element(
      'nav',
      { class: 'boards', 'aria-labelledby': 'boards-heading' },
      element('h2', { id: 'boards-heading', class: 'section-heading' }, 'Boards'),
      this.#list,
    );
    this.#refreshFocus = roveFocus(this.#list, 'a');
  }

  show(boards: readonly Board[], selection: Selection): void {
    const key = JSON.stringify([boards, selection]);
    if (key === this.#shown) return;
    this.#shown = key;
    const focused = (document.activeElement as HTMLAnchorElement | null)?.dataset['board'];
    const hadFocus = this.#list.contains(document.activeElement);
    this.#list.replaceChildren(...boards.map((board) => this.#item(board, selection)));
    this.#refreshFocus();
    const items = [...this.#list.querySelectorAll('a')];
    if (hadFocus) items.find((link) => link.dataset['board'] === focused)?.focus();
    this.#reveal(items.find((link) => link.hasAttribute('aria-current')));
  }

  #item({ id, players }: Board, selection: Selection): HTMLLIElement {
    const link = pageLink(
      'board-link',
      { ...withRank(selection, 1), board: id },
      element('span', { class: 'board-name' }, boardName(id)),
      element(
        'span',
        { class: 'board-players' },
        formatCount(players),
        hiddenText(players === 1 ? ' player' : ' players'),
      ),
    );
    link.dataset['board'] = id;
    link.title = id;
    if (id === selection.board) link.setAttribute('aria-current', 'true');
    return element('li', {}, link);
  }

  /** Scrolls the list only, never the page. */
  #reveal(link: HTMLElement | undefined): void {
    if (link === undefined) return;
    const { left, right } = link.getBoundingClientRect();
    const frame = this.#list.getBoundingClientRect();
    if (left < frame.left) this.#list.scrollLeft += left - frame.left;
    if (right > frame.right) this.#list.scrollLeft += right - frame.right;
  }
}
