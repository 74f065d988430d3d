const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * Makes a long list one stop of the Tab key: inside it, the arrow keys, Home and End move the focus.
 *
 * @param selector the focusable parts, in document order
 * @returns a function to call after the list has changed
 */
export function roveFocus(container: HTMLElement, selector: string): () => void {
  let last: HTMLElement | undefined;
  const items = () => [...container.querySelectorAll<HTMLElement>(selector)];

  const refresh = (): void => {
    const all = items();
    const stop =
      all.find((item) => item === last) ??
      all.find((item) => item.hasAttribute('aria-current')) ??
      all[0];
    for (const item of all) item.tabIndex = item === stop ? 0 : -1;
  };

  container.addEventListener('focusin', (event) => {
    const target = event.target as Element;
    if (!target.matches(selector)) return;
    last = target as HTMLElement;
    refresh();
  });

  container.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = items();
    const current = all.indexOf(event.target as HTMLElement);
    if (current < 0) return;
    const step = STEPS[event.key];
    const index =
      event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : current + (step ?? NaN);
    const next = all[index];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  });

  return refresh;
}
