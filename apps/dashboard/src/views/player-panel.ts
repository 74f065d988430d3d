import { orderOf, type Reading } from '../board/board-feed.ts';
import { boardName, windowName } from '../board/board-names.ts';
import { histogramOf } from '../board/histogram.ts';
import type { Distribution, Entry } from '../generated/api-types.ts';
import type { PlayerReading } from '../player/player-feed.ts';
import { avatar } from './avatar.ts';
import { element, setText } from './element.ts';
import { icon } from './icons.ts';
import { histogramPlot } from './histogram-plot.ts';
import { neighbourTable } from './neighbour-table.ts';
import { historySection } from './history-section.ts';
import { absentPlayer, standingFacts } from './standing-facts.ts';

/** One player: standing, neighbours and score history. Open while the link names a player. */
export class PlayerPanel {
  readonly node = element('aside', {
    class: 'panel',
    'aria-labelledby': 'player-name',
    hidden: true,
  });
  readonly #face = element('div', { class: 'panel-face' });
  readonly #name = element('h2', { id: 'player-name', class: 'panel-name', tabindex: -1 });
  readonly #place = element('p', { class: 'panel-place' });
  readonly #standing = element('div', { class: 'panel-section' });
  readonly #neighbours = element('div', { class: 'panel-section' });
  readonly #history = element('div', { class: 'panel-section' });
  #player: string | undefined;
  #shownStanding = '';
  #shownDistribution: Distribution | undefined;
  #shownNeighbours = '';
  #shownHistory: { of: string; history: PlayerReading['history'] } | undefined;

  constructor(close: () => void) {
    const button = element(
      'button',
      {
        type: 'button',
        class: 'icon-button panel-close',
        'aria-label': 'Close player',
        title: 'Close (Esc)',
      },
      icon('close'),
    );
    button.addEventListener('click', close);
    this.node.append(
      element(
        'header',
        { class: 'panel-header' },
        this.#face,
        element('div', { class: 'panel-title' }, this.#name, this.#place),
        button,
      ),
      this.#standing,
      this.#neighbours,
      this.#history,
    );
  }

  get isOpen(): boolean {
    return !this.node.hidden;
  }

  /** Opens immediately, before the data are loaded. */
  open(playerId: string): void {
    if (this.#player === playerId) return;
    this.#player = playerId;
    this.node.hidden = false;
    this.node.scrollTop = 0;
    this.#face.replaceChildren(avatar(playerId));
    setText(this.#name, playerId);
    setText(this.#place, '');
    const loading = () => element('span', { class: 'skeleton' });
    this.#standing.replaceChildren(loading(), loading());
    this.#neighbours.replaceChildren();
    this.#history.replaceChildren();
    this.#shownStanding = '';
    this.#shownDistribution = undefined;
    this.#shownNeighbours = '';
    this.#shownHistory = undefined;
    this.#name.focus({ preventScroll: true });
  }

  close(): void {
    this.#player = undefined;
    this.node.hidden = true;
  }

  show(reading: Reading): void {
    const { player, page, selection } = reading;
    if (player === undefined || player.playerId !== this.#player) return;
    setText(this.#place, `${boardName(selection.board)} · ${windowName(selection.window)}`);
    const standing = JSON.stringify([player.standing, selection]);
    if (standing !== this.#shownStanding || reading.distribution !== this.#shownDistribution) {
      this.#shownStanding = standing;
      this.#shownDistribution = reading.distribution;
      this.#showStanding(player, reading, page?.entries ?? []);
    }
    this.#showNeighbours(player, reading);
    this.#showHistory(player);
  }

  #showStanding(player: PlayerReading, reading: Reading, entries: readonly Entry[]): void {
    const { selection, distribution } = reading;
    const { standing } = player;
    if (standing === undefined) {
      this.#standing.replaceChildren(absentPlayer(player, selection, entries));
      return;
    }
    const hadFocus = this.#standing.contains(document.activeElement);
    this.#standing.replaceChildren(standingFacts(standing, selection));
    if (hadFocus) this.#standing.querySelector<HTMLElement>('a')?.focus({ preventScroll: true });
    if (distribution === undefined) return;
    this.#standing.append(
      element('h3', { class: 'section-heading histogram-heading' }, 'Among all scores'),
      histogramPlot(histogramOf(distribution, orderOf(reading), standing.score)),
    );
  }

  #showNeighbours({ neighbours, playerId }: PlayerReading, { selection }: Reading): void {
    const key = JSON.stringify([neighbours, selection]);
    if (key === this.#shownNeighbours) return;
    this.#shownNeighbours = key;
    const focused = document.activeElement?.textContent;
    const hadFocus = this.#neighbours.contains(document.activeElement);
    this.#neighbours.replaceChildren(
      ...(neighbours.length === 0 ? [] : [neighbourTable(neighbours, playerId, selection)]),
    );
    if (!hadFocus) return;
    const links = [...this.#neighbours.querySelectorAll<HTMLElement>('a')];
    (links.find(({ textContent }) => textContent === focused) ?? this.#name).focus();
  }

  /** Redraws only for new updates; a plot in use keeps its selected point and the focus. */
  #showHistory(player: PlayerReading): void {
    const { playerId, history } = player;
    if (this.#shownHistory?.of === playerId && this.#shownHistory.history === history) return;
    this.#shownHistory = { of: playerId, history };
    const inUse = this.#history.querySelector<SVGElement>('.plot:is(:focus, :hover)');
    const hadFocus = inUse !== null && inUse === document.activeElement;
    this.#history.replaceChildren(...historySection(player, inUse?.dataset['picked']));
    if (hadFocus) {
      this.#history.querySelector<SVGElement>('.plot')?.focus({ preventScroll: true });
    }
  }
}
