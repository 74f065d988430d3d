import { element } from './element.ts';

/** A disc with the initials of an id, always in the same colour for that id. */
export function avatar(playerId: string): HTMLSpanElement {
  const disc = element('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(playerId));
  disc.style.setProperty('--hue', String(hue(playerId)));
  return disc;
}

function initials(playerId: string): string {
  const words = playerId.split(/[._:@-]+/).filter((word) => word !== '');
  const letters = words.length > 1 ? words.map((word) => word.charAt(0)) : [...(words[0] ?? '')];
  return letters.slice(0, 2).join('').toUpperCase();
}

/** FNV-1a, spread over the colour circle. */
function hue(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0) % 360;
}
