const MAX_SHOWN_CHARACTERS = 60;

/** A string for a message, cut when it is long. */
export function shownText(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}
