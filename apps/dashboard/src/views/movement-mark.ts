import type { Movement } from '../board/movements.ts';
import { element, hiddenText } from './element.ts';
import { icon } from './icons.ts';

/** Shows how an entry moved since the previous poll: by shape, colour and words. */
export function movementMark(movement: Movement): HTMLSpanElement {
  const mark = (className: string, ...children: (Node | string)[]) =>
    element('span', { class: `movement movement-${className}` }, ...children);
  switch (movement.kind) {
    case 'new':
      return mark('new', 'new');
    case 'up':
    case 'down': {
      const places = String(movement.places);
      return mark(
        movement.kind,
        icon(movement.kind),
        hiddenText(`${movement.kind} `),
        places,
        hiddenText(movement.places === 1 ? ' place' : ' places'),
      );
    }
    case 'same':
      return mark('same', element('span', { 'aria-hidden': 'true' }, '–'), hiddenText('no change'));
  }
}

export function isSameMovement(a: Movement | undefined, b: Movement): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
