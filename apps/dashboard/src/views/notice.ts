import { element } from './element.ts';

export interface NoticeContent {
  tone: 'quiet' | 'warning' | 'error';
  title: string;
  text: string;
  action?: { label: string; run: () => void };
}

/** A message above the table or instead of it. */
export class Notice {
  readonly node = element('div', { class: 'notice', hidden: true });
  readonly #title = element('h2', { class: 'notice-title' });
  readonly #text = element('p', { class: 'notice-text' });
  #action: (() => void) | undefined;
  readonly #button = element('button', { type: 'button', class: 'button' });

  constructor() {
    this.#button.addEventListener('click', () => this.#action?.());
    const words = element('div', { class: 'notice-words' }, this.#title, this.#text);
    this.node.append(words, this.#button);
  }

  show({ tone, title, text, action }: NoticeContent): void {
    this.node.hidden = false;
    this.node.dataset['tone'] = tone;
    this.#title.textContent = title;
    this.#text.textContent = text;
    this.#action = action?.run;
    this.#button.hidden = action === undefined;
    this.#button.textContent = action?.label ?? '';
  }

  hide(): void {
    this.node.hidden = true;
  }
}
