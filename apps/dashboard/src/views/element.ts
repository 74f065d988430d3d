type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string;

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Creates an element. Data only ever becomes text nodes and attribute values, never markup.
 *
 * @example element('button', { type: 'button', class: 'retry' }, 'Try now')
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, tag);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

/** `undefined` and `false` remove an attribute. */
export function setAttributes(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
}

/** Leaves the node alone when the text is the same, so that a selection in it survives a poll. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Text for screen readers only. */
export function hiddenText(text: string): HTMLSpanElement {
  return element('span', { class: 'visually-hidden' }, text);
}
