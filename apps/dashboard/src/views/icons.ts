import { svgElement } from './element.ts';

const PATHS = {
  up: 'M6 2.5 10.5 9h-9z',
  down: 'M6 9.5 1.5 3h9z',
  close: 'M2 2l8 8M10 2l-8 8',
  search: 'M5 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M7.6 7.6l3 3',
  sun: 'M6 3.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8M6 .6v1.2M6 10.2v1.2M.6 6h1.2M10.2 6h1.2M2.2 2.2l.8.8M9 9l.8.8M9.8 2.2 9 3M3 9l-.8.8',
  moon: 'M10.3 7.3A4.7 4.7 0 0 1 4.7 1.7a4.7 4.7 0 1 0 5.6 5.6z',
  check: 'M2 6.5 4.8 9.3 10 3.2',
  approximate: 'M1.5 4.5c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0M1.5 8c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0',
} as const;

export type IconName = keyof typeof PATHS;

const FILLED: readonly IconName[] = ['up', 'down'];

/** A decoration: the text beside it has the meaning. */
export function icon(name: IconName): SVGSVGElement {
  return svgElement(
    'svg',
    {
      class: `icon ${FILLED.includes(name) ? 'icon-filled' : ''}`,
      viewBox: '0 0 12 12',
      'aria-hidden': 'true',
    },
    svgElement('path', { d: PATHS[name] }),
  );
}
