import { similarPlayers } from '../player/suggestions.ts';
import { element, setAttributes } from './element.ts';
import { icon } from './icons.ts';

const SUGGESTIONS = 6;

/** Finds a player by id: suggests players on the page while typing, and asks the API on Enter. */
export class SearchBox {
  readonly node: HTMLFormElement;
  readonly #input = element('input', {
    class: 'search-input',
    type: 'search',
    name: 'player',
    placeholder: 'Find a player',
    'aria-label': 'Find a player by id',
    'aria-keyshortcuts': '/',
    'aria-controls': 'search-suggestions',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    role: 'combobox',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    enterkeyhint: 'search',
    maxlength: 128,
  });
  readonly #list = element('ul', {
    id: 'search-suggestions',
    class: 'suggestions',
    role: 'listbox',
    'aria-label': 'Players on this page',
    hidden: true,
  });
  readonly #find: (playerId: string) => void;
  #known: readonly string[] = [];
  #active = -1;

  constructor(find: (playerId: string) => void) {
    this.#find = find;
    this.node = element(
      'form',
      { class: 'search', role: 'search' },
      icon('search'),
      this.#input,
      element('kbd', { class: 'search-key', 'aria-hidden': 'true' }, '/'),
      this.#list,
    );
    this.node.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#choose(this.#options()[this.#active]?.textContent ?? this.#input.value.trim());
    });
    this.#input.addEventListener('input', () => this.#suggest());
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('blur', () => this.#close());
    // Before the blur that the press causes, while the list is still open.
    this.#list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const option = (event.target as Element).closest('li');
      if (option !== null) this.#choose(option.textContent);
    });
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  setKnownPlayers(ids: readonly string[]): void {
    this.#known = ids;
  }

  #onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && !this.#list.hidden) {
      event.preventDefault();
      const count = this.#options().length + 1;
      this.#activate(((this.#active + 1 + step + count) % count) - 1);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (this.#list.hidden) this.#input.blur();
      this.#close();
    }
  }

  #suggest(): void {
    const players = similarPlayers(this.#input.value.trim(), this.#known, SUGGESTIONS);
    this.#list.replaceChildren(
      ...players.map((id, index) =>
        element('li', { id: `suggestion-${String(index)}`, role: 'option' }, id),
      ),
    );
    this.#list.hidden = players.length === 0;
    setAttributes(this.#input, { 'aria-expanded': String(players.length > 0) });
    this.#activate(-1);
  }

  #activate(index: number): void {
    this.#active = index;
    const options = this.#options();
    options.forEach((option, at) => {
      setAttributes(option, { 'aria-selected': String(at === index) });
    });
    setAttributes(this.#input, { 'aria-activedescendant': options[index]?.id });
  }

  #choose(playerId: string): void {
    if (playerId === '') return;
    this.#input.value = '';
    this.#close();
    this.#find(playerId);
  }

  #close(): void {
    this.#list.hidden = true;
    this.#active = -1;
    setAttributes(this.#input, { 'aria-expanded': 'false', 'aria-activedescendant': undefined });
  }

  #options(): HTMLLIElement[] {
    return this.#list.hidden ? [] : [...this.#list.querySelectorAll('li')];
  }
}
