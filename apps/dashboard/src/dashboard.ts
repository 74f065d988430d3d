import type { ApiClient } from './api/api-client.ts';
import { ApiError } from './api/api-error.ts';
import { BoardFeed, type Reading } from './board/board-feed.ts';
import { boardName, windowName } from './board/board-names.ts';
import { lastPage, parseRank } from './board/rank-pages.ts';
import { formatCount, formatDuration, formatPlayers, formatTime } from './format.ts';
import type { LeaderboardPage } from './generated/api-types.ts';
import { PageShell } from './page-shell.ts';
import { Poller, type Clock } from './polling/poller.ts';
import {
  formatUrlState,
  parseUrlState,
  selectionOf,
  withRank,
  type Selection,
  type UrlState,
} from './url-state.ts';
import { followPageLinks } from './views/page-link.ts';

export interface DashboardOptions {
  root: HTMLElement;
  client: ApiClient;
  pollIntervalMs: number;
  clock: Clock;
  random(): number;
}

const LONGEST_RETRY_MS = 60_000;
const COUNTDOWN_MS = 1_000;

/** Keeps the address bar, the polls and the page in step. */
export class Dashboard {
  readonly #shell: PageShell;
  readonly #poller: Poller<Reading>;
  readonly #clock: Clock;
  #state: UrlState = parseUrlState(location.search);
  #reading: Reading | undefined;
  #countdown: unknown;
  #opener: Element | null = null;

  constructor({ root, client, pollIntervalMs, clock, random }: DashboardOptions) {
    this.#clock = clock;
    this.#shell = new PageShell(root, {
      find: (player) => this.#navigate({ ...this.#state, player }),
      closePanel: () => this.#closePanel(),
      goToRank: (rank) => this.#goToRank(rank),
    });
    const feed = new BoardFeed(client);
    this.#poller = new Poller<Reading>({
      task: (signal) => feed.read(this.#state, signal),
      onResult: (reading) => this.#showReading(reading),
      onFailure: (error, retryAt) => this.#showFailure(error, retryAt),
      intervalMs: pollIntervalMs,
      backoff: { firstMs: pollIntervalMs, maxMs: Math.max(pollIntervalMs, LONGEST_RETRY_MS) },
      clock,
      random,
    });
    followPageLinks(root, (state) => this.#navigate(state));
  }

  start(): void {
    addEventListener('popstate', () => this.#select(parseUrlState(location.search)));
    addEventListener('online', () => this.#poller.pollNow());
    document.addEventListener('visibilitychange', () => this.#followVisibility());
    document.addEventListener('keydown', (event) => this.#onKey(event));
    this.#shell.table.showSkeleton();
    this.#showPanel();
    this.#followVisibility();
    this.#poller.pollNow();
  }

  #navigate(state: UrlState | Selection): void {
    const address = formatUrlState(state);
    if (address === formatUrlState(this.#state)) return;
    history.pushState(null, '', address);
    this.#select(parseUrlState(address));
  }

  /** Shows the selection immediately; the data follow. */
  #select(state: UrlState): void {
    this.#state = state;
    this.#showPanel();
    const selection = this.#selection();
    if (selection !== undefined && this.#reading !== undefined && !this.#hasData()) {
      const { boards } = this.#reading;
      this.#shell.boards.show(boards, selection);
      this.#shell.header.show({ ...this.#reading, selection, page: undefined });
      this.#shell.notice.hide();
      const isOtherBoard =
        selection.board !== this.#reading.selection.board ||
        selection.window !== this.#reading.selection.window;
      this.#shell.showTable(true);
      if (isOtherBoard) this.#shell.distribution.clear();
      this.#shell.table.showSkeleton();
      this.#shell.table.showTop();
    }
    this.#poller.pollNow();
  }

  #showReading(reading: Reading): void {
    this.#reading = reading;
    const { selection, boards, page } = reading;
    const shell = this.#shell;
    this.#clock.clearTimeout(this.#countdown);
    document.title = `${boardName(selection.board)} · ${windowName(selection.window)} – Leaderboard`;
    shell.boards.show(boards, selection);
    shell.header.show(reading);
    shell.panel.show(reading);
    if (page === undefined) {
      shell.status.showConnection('live');
      this.#showUnknownBoard(selection);
      return;
    }
    shell.status.showFreshness(page);
    shell.search.setKnownPlayers(page.entries.map(({ player_id }) => player_id));
    if (page.total > 0 && page.entries.length === 0) {
      this.#showNoSuchRank(page, selection);
      return;
    }
    if (page.entries.length === 0) {
      shell.showTable(false);
      shell.notice.show({
        tone: 'quiet',
        title: 'No scores yet',
        text: `No player has a score on ${boardName(page.board)}, ${windowName(page.window).toLowerCase()}. New scores appear automatically.`,
      });
      return;
    }
    shell.notice.hide();
    shell.showTable(true);
    shell.distribution.show(reading);
    shell.pager.show(page, selection);
    const { rank } = this.#state;
    const isRank = rank === undefined || parseRank(rank) !== undefined;
    shell.pager.showLink(selection, isRank ? undefined : rank);
    shell.table.show(reading, this.#clock.now());
  }

  #showNoSuchRank(page: LeaderboardPage, selection: Selection): void {
    const { total, board, window } = page;
    this.#shell.showTable(false);
    this.#shell.pager.show(page, selection);
    this.#shell.notice.show({
      tone: 'quiet',
      title: `There is no rank ${formatCount(selection.rank ?? 1)}`,
      text: `${boardName(board)}, ${windowName(window).toLowerCase()}, has ${formatPlayers(total)}.`,
      action: { label: 'Go to the last ranks', run: () => this.#goToRank(lastPage(total)) },
    });
  }

  #goToRank(rank: number): void {
    const selection = this.#selection();
    if (selection !== undefined) this.#navigate(withRank(selection, rank));
  }

  #showUnknownBoard({ board }: Selection): void {
    const home = selectionOf({}, this.#reading?.boards ?? []).board;
    this.#shell.showTable(false);
    this.#shell.notice.show({
      tone: 'quiet',
      title: `Board “${board}” not found`,
      text: 'It may appear with its first score. Choose another board.',
      ...(home === board
        ? {}
        : {
            action: {
              label: `Go to ${boardName(home)}`,
              run: () => this.#navigate({ board: home }),
            },
          }),
    });
  }

  #showFailure(error: unknown, retryAt: number): void {
    // Any other error is a bug of this page, so it goes to the console.
    if (!(error instanceof ApiError)) reportError(error);
    const { status, notice } = this.#shell;
    const page = this.#hasData() ? this.#reading?.page : undefined;
    const reason = error instanceof ApiError ? error.message : 'The standings could not be shown.';
    const kept =
      page === undefined ? '' : ` You see the standings as of ${formatTime(page.as_of)}.`;
    status.showConnection('down');
    if (page === undefined) this.#shell.showTable(false);
    const show = (): void => {
      const wait = retryAt - this.#clock.now();
      notice.show({
        tone: page === undefined ? 'error' : 'warning',
        title: page === undefined ? 'No connection to the leaderboard' : 'Connection lost',
        text: `${reason}${kept} ${wait < COUNTDOWN_MS ? 'Retrying…' : `Retrying in ${formatDuration(wait)}.`}`,
        action: { label: 'Retry now', run: () => this.#poller.pollNow() },
      });
      if (wait > 0) this.#countdown = this.#clock.setTimeout(show, COUNTDOWN_MS);
    };
    this.#clock.clearTimeout(this.#countdown);
    show();
  }

  #selection(): Selection | undefined {
    return this.#reading === undefined ? undefined : selectionOf(this.#state, this.#reading.boards);
  }

  /** Whether the last reading belongs to the selected board and window. */
  #hasData(): boolean {
    const [shown, wanted] = [this.#reading?.selection, this.#selection()];
    return (
      this.#reading?.page !== undefined &&
      shown?.board === wanted?.board &&
      shown?.window === wanted?.window &&
      shown?.rank === wanted?.rank
    );
  }

  #showPanel(): void {
    const { panel } = this.#shell;
    const { player } = this.#state;
    if (player !== undefined) {
      if (!panel.isOpen) this.#opener = document.activeElement;
      panel.open(player);
    } else if (panel.isOpen) {
      panel.close();
      this.#shell.layOut();
      if (this.#opener instanceof HTMLElement) this.#opener.focus({ preventScroll: true });
    }
    this.#shell.layOut();
  }

  #closePanel(): void {
    const rest = { ...this.#state };
    delete rest.player;
    this.#navigate(rest);
  }

  #followVisibility(): void {
    if (document.hidden) {
      this.#poller.pause();
      this.#shell.status.showConnection('paused');
    } else {
      this.#poller.resume();
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === '/' && !(event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      this.#shell.search.focus();
    } else if (event.key === 'Escape' && this.#state.player !== undefined) {
      this.#closePanel();
    }
  }
}
