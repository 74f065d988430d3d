import { formatUrlState, parseUrlState, type Selection, type UrlState } from '../url-state.ts';
import { element } from './element.ts';

const MARK = 'data-page-link';

/** A link within the page: it works in a new tab, and needs no reload in this one. */
export function pageLink(
  className: string,
  state: UrlState | Partial<Selection>,
  ...children: (Node | string)[]
): HTMLAnchorElement {
  return element('a', { class: className, href: formatUrlState(state), [MARK]: '' }, ...children);
}

/** Follows links within the page; the browser handles clicks for a new tab or a download. */
export function followPageLinks(root: HTMLElement, follow: (state: UrlState) => void): void {
  root.addEventListener('click', (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const link = (event.target as Element).closest<HTMLAnchorElement>(`a[${MARK}]`);
    if (link === null) return;
    event.preventDefault();
    follow(parseUrlState(link.search));
  });
}
