import { pagesFrom, parseRank } from '../board/rank-pages.ts';
import { formatCount, formatPlayers } from '../format.ts';
import type { LeaderboardPage } from '../generated/api-types.ts';
import { withRank, type Selection } from '../url-state.ts';
import { element, setAttributes, setText } from './element.ts';
import { pageLink } from './page-link.ts';

/** A phone has no room for the ends. */
const STEPS = [
  ['first', 'First', 'pager-link is-end'],
  ['previous', 'Previous', 'pager-link'],
  ['next', 'Next', 'pager-link'],
  ['last', 'Last', 'pager-link is-end'],
] as const;

/** Which ranks the page shows, and the way to all others. */
export class RankPager {
  readonly node: HTMLElement;
  readonly #links = element('div', { class: 'pager-links' });
  readonly #range = element('p', { class: 'pager-range' });
  readonly #input = element('input', {
    class: 'rank-input',
    name: 'rank',
    type: 'text',
    inputmode: 'numeric',
    placeholder: 'Rank',
    'aria-label': 'Go to rank',
    'aria-describedby': 'rank-problem',
    autocomplete: 'off',
    enterkeyhint: 'go',
    maxlength: 20,
  });
  readonly #problem = element('p', {
    id: 'rank-problem',
    class: 'rank-problem',
    'aria-live': 'polite',
  });
  #total = 0;
  #shown = '';
  #shownLink = '';

  /** @param go gets a rank that the board has */
  constructor(go: (rank: number) => void) {
    const form = element(
      'form',
      { class: 'rank-form' },
      this.#input,
      element('button', { type: 'submit', class: 'button' }, 'Go'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#input.value;
      const rank = parseRank(text);
      if (rank === undefined || rank > this.#total) {
        this.#showProblem(
          `There is no rank “${text.trim()}”. Enter a whole number from 1 to ${formatCount(this.#total)}.`,
          true,
        );
        this.#input.select();
        return;
      }
      this.#input.value = '';
      this.#showProblem('');
      go(rank);
    });
    this.#input.addEventListener('input', () => this.#showProblem(''));
    this.node = element(
      'nav',
      { class: 'pager', 'aria-label': 'Ranks', hidden: true },
      this.#range,
      this.#links,
      form,
      this.#problem,
    );
  }

  hide(): void {
    this.node.hidden = true;
  }

  show({ entries, total }: LeaderboardPage, selection: Selection): void {
    this.node.hidden = total === 0;
    this.#total = total;
    const from = selection.rank ?? 1;
    const to = from + entries.length - 1;
    const range =
      entries.length === 0
        ? formatPlayers(total)
        : `${formatCount(from)}–${formatCount(to)} of ${formatCount(total)}`;
    setText(this.#range, range);
    const pages = pagesFrom(from, total);
    const key = JSON.stringify([pages, selection]);
    if (key === this.#shown) return;
    this.#shown = key;
    const focused = document.activeElement?.textContent;
    const hadFocus = this.#links.contains(document.activeElement);
    this.#links.replaceChildren(
      ...STEPS.map(([step, label, className]) => {
        const rank = pages[step];
        return rank === undefined
          ? element('span', { class: className, 'aria-disabled': 'true' }, label)
          : pageLink(className, withRank(selection, rank), label);
      }),
    );
    if (!hadFocus) return;
    const links = [...this.#links.querySelectorAll<HTMLElement>('a')];
    (links.find(({ textContent }) => textContent === focused) ?? links[0])?.focus();
  }

  /**
   * Says what is wrong with the rank in the link, and forgets what was wrong under another one.
   *
   * @param wrongRank undefined where it is a rank, or has none
   */
  showLink(selection: Selection, wrongRank: string | undefined): void {
    const key = JSON.stringify([selection, wrongRank]);
    if (key === this.#shownLink) return;
    this.#shownLink = key;
    this.#showProblem(
      wrongRank === undefined
        ? ''
        : `The link names the rank “${wrongRank}”, which is none: this is the top.`,
    );
  }

  #showProblem(text: string, isTyped = false): void {
    setText(this.#problem, text);
    setAttributes(this.#input, { 'aria-invalid': isTyped ? 'true' : undefined });
  }
}
