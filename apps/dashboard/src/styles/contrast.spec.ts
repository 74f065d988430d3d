import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** Text on a background, as the style sheets combine them. */
const PAIRS: [text: string, background: string][] = [
  ['ink', 'page'],
  ['ink', 'surface'],
  ['ink', 'surface-selected'],
  ['ink', 'warning-surface'],
  ['ink-soft', 'page'],
  ['ink-soft', 'surface'],
  ['ink-soft', 'surface-raised'],
  ['ink-soft', 'surface-selected'],
  ['accent', 'surface-raised'],
  ['accent-ink', 'accent'],
  ['up', 'surface-raised'],
  ['down', 'surface-raised'],
  ['new', 'surface-raised'],
  ['warning', 'page'],
  ['warning', 'warning-surface'],
  ['medal-ink', 'gold'],
  ['medal-ink', 'silver'],
  ['medal-ink', 'bronze'],
];

/** Level AA of WCAG 2.2, success criterion 1.4.3, for text of normal size. */
const LEAST_CONTRAST = 4.5;

test.each(['light', 'dark'] as const)('text has enough contrast in %s colours', (theme) => {
  const tooFaint = PAIRS.map(([text, background]) => ({
    pair: `${text} on ${background}`,
    contrast: contrast(token(text, theme), token(background, theme)),
  })).filter(({ contrast: value }) => value < LEAST_CONTRAST);
  expect(tooFaint).toEqual([]);
});

function token(name: string, theme: 'light' | 'dark'): string {
  const [light = '', dark = light] =
    new RegExp(`--${name}: (.*);`).exec(css)?.[1]?.match(/#[0-9a-f]{6}/g) ?? [];
  return theme === 'light' ? light : dark;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
