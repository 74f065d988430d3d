import { freshnessText, type Freshness } from '../board/freshness-text.ts';
import { element, setAttributes, setText } from './element.ts';
import { icon } from './icons.ts';

export type Connection = 'loading' | 'live' | 'lagging' | 'down' | 'paused';

const LABELS: Record<Connection, string> = {
  loading: 'Connecting',
  live: 'Live',
  lagging: 'Catching up',
  down: 'No connection',
  paused: 'Paused',
};

/** Announced to screen readers when the state changes. */
const ANNOUNCEMENTS: Record<Connection, string> = {
  loading: 'Connecting to the leaderboard.',
  live: 'The leaderboard is live.',
  lagging: 'The leaderboard is catching up with new scores.',
  down: 'Connection lost. The page shows the last known leaderboard.',
  paused: '',
};

/** How fresh the page is. */
export class LiveStatus {
  readonly node: HTMLElement;
  readonly #state = element('span', { class: 'live-state' });
  readonly #asOf = element('span', { class: 'live-as-of' });
  readonly #lag = element('span', { class: 'live-lag' });
  readonly #exact = element('span', { class: 'live-exact' });
  readonly #announcer = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });

  constructor() {
    this.node = element(
      'div',
      { class: 'live', 'data-connection': 'loading' },
      element('span', { class: 'live-dot', 'aria-hidden': 'true' }),
      this.#state,
      this.#asOf,
      this.#lag,
      this.#exact,
      this.#announcer,
    );
    this.showConnection('loading');
  }

  showFreshness(freshness: Freshness): void {
    const text = freshnessText(freshness);
    setText(this.#asOf, text.asOf);
    setAttributes(this.#asOf, { title: freshness.as_of });
    setText(this.#lag, text.lag);
    setAttributes(this.#exact, {
      title: text.explanation,
      'data-exact': String(text.isExact),
    });
    if (this.#exact.textContent !== text.exact) {
      this.#exact.replaceChildren(icon(text.isExact ? 'check' : 'approximate'), text.exact);
    }
    this.showConnection(text.isLagging ? 'lagging' : 'live');
  }

  showConnection(connection: Connection): void {
    setAttributes(this.node, { 'data-connection': connection });
    setText(this.#state, LABELS[connection]);
    if (ANNOUNCEMENTS[connection] !== '') setText(this.#announcer, ANNOUNCEMENTS[connection]);
  }
}
