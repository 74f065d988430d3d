import { BoardHeader } from './views/board-header.ts';
import { BoardList } from './views/board-list.ts';
import { DistributionSection } from './views/distribution-section.ts';
import { element, svgElement } from './views/element.ts';
import { LeaderboardTable } from './views/leaderboard-table.ts';
import { LiveStatus } from './views/live-status.ts';
import { Notice } from './views/notice.ts';
import { PlayerPanel } from './views/player-panel.ts';
import { RankPager } from './views/rank-pager.ts';
import { SearchBox } from './views/search-box.ts';
import { themeToggle } from './views/theme-toggle.ts';

export interface PageShellActions {
  find(playerId: string): void;
  closePanel(): void;
  goToRank(rank: number): void;
}

/** The parts of the page and their layout. */
export class PageShell {
  readonly boards = new BoardList();
  readonly header = new BoardHeader();
  readonly status = new LiveStatus();
  readonly notice = new Notice();
  readonly distribution = new DistributionSection();
  readonly table = new LeaderboardTable();
  readonly pager: RankPager;
  readonly search: SearchBox;
  readonly panel: PlayerPanel;
  readonly #behindPanel: HTMLElement[];
  readonly #content: HTMLElement;

  constructor(root: HTMLElement, actions: PageShellActions) {
    this.search = new SearchBox((playerId) => actions.find(playerId));
    this.pager = new RankPager((rank) => actions.goToRank(rank));
    this.panel = new PlayerPanel(() => actions.closePanel());
    const top = element(
      'header',
      { class: 'top' },
      element('a', { class: 'skip-link', href: '#standings' }, 'Skip to the standings'),
      element('p', { class: 'brand' }, brandMark(), 'Leaderboard'),
      this.search.node,
      themeToggle(),
    );
    const main = element(
      'main',
      { id: 'standings', class: 'standings', tabindex: -1 },
      this.header.node,
      this.status.node,
      this.notice.node,
      this.distribution.node,
      this.table.node,
      this.pager.node,
    );
    this.#content = element('div', { class: 'content' }, this.boards.node, main, this.panel.node);
    this.#behindPanel = [top, this.boards.node, main];
    root.replaceChildren(top, this.#content);
    panelCoversPage().addEventListener('change', () => this.layOut());
  }

  /** Call it after the panel has opened or closed: on a phone the panel covers everything else. */
  layOut(): void {
    this.#content.classList.toggle('has-panel', this.panel.isOpen);
    const covered = this.panel.isOpen && panelCoversPage().matches;
    document.body.classList.toggle('is-covered', covered);
    for (const part of this.#behindPanel) part.inert = covered;
  }

  showTable(isShown: boolean): void {
    this.table.node.hidden = !isShown;
    this.distribution.node.hidden = !isShown;
    if (!isShown) this.pager.hide();
  }
}

/** The same condition as in the style sheet. */
function panelCoversPage(): MediaQueryList {
  return matchMedia('(max-width: 899px)');
}

function brandMark(): SVGSVGElement {
  const bar = (x: number, y: number, className: string) =>
    svgElement('rect', { x, y, width: 5.5, height: 26 - y, rx: 1.5, class: className });
  return svgElement(
    'svg',
    { class: 'brand-mark', viewBox: '5 5 22 22', 'aria-hidden': 'true' },
    bar(6, 16, 'brand-bar'),
    bar(13.25, 6, 'brand-bar-first'),
    bar(20.5, 12, 'brand-bar'),
  );
}
