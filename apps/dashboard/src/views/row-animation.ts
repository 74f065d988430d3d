const MOVE: KeyframeAnimationOptions = {
  duration: 480,
  easing: 'cubic-bezier(0.22, 0.8, 0.25, 1)',
};
const APPEAR: KeyframeAnimationOptions = { duration: 320, easing: 'ease-out' };

/**
 * Animates rows from their old to their new places (first, last, invert, play), and keeps the focus on a row
 * that moves. It does not animate if the user prefers reduced motion.
 */
export function animateRows(rows: () => Iterable<HTMLElement>, change: () => void): void {
  const focused = document.activeElement;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden;
  const before = new Map<HTMLElement, number>();
  if (!still) for (const row of rows()) before.set(row, row.getBoundingClientRect().top);
  change();
  if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
  if (still || before.size === 0) return;
  for (const row of rows()) {
    const from = before.get(row);
    if (from === undefined) {
      row.animate({ opacity: [0, 1] }, APPEAR);
      continue;
    }
    const shift = from - row.getBoundingClientRect().top;
    if (Math.abs(shift) >= 1) {
      const transform = [`translateY(${String(shift)}px)`, 'none'];
      // Rows that rise pass in front of rows that fall.
      const layer = shift > 0 ? 2 : 1;
      row.animate({ transform, zIndex: [layer, layer] }, MOVE);
    }
  }
}
