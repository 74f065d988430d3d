import { element, setAttributes } from './element.ts';
import { icon } from './icons.ts';

type Theme = 'light' | 'dark';

/** public/early-theme.js reads it before the first paint. */
const STORAGE_KEY = 'theme';

/** Switches between light and dark; until it is used, the system's preference holds. */
export function themeToggle(): HTMLButtonElement {
  const root = document.documentElement;
  const preference = matchMedia('(prefers-color-scheme: dark)');
  const button = element('button', { type: 'button', class: 'icon-button theme-toggle' });

  const theme = (): Theme => {
    const chosen = root.dataset['theme'];
    if (chosen === 'light' || chosen === 'dark') return chosen;
    return preference.matches ? 'dark' : 'light';
  };
  const show = (): void => {
    const other = theme() === 'dark' ? 'light' : 'dark';
    setAttributes(button, {
      'aria-label': `Switch to ${other} colours`,
      title: `Switch to ${other} colours`,
    });
    button.replaceChildren(icon(other === 'dark' ? 'moon' : 'sun'));
  };

  button.addEventListener('click', () => {
    const chosen: Theme = theme() === 'dark' ? 'light' : 'dark';
    root.dataset['theme'] = chosen;
    try {
      localStorage.setItem(STORAGE_KEY, chosen);
    } catch {
      // Storage can be blocked; the choice then lasts until the page is closed.
    }
    show();
  });
  preference.addEventListener('change', show);
  show();
  return button;
}
