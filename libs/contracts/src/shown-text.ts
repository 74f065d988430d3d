const LONGEST_TEXT_SHOWN = 60;

/** A text as a message quotes it: cut when it is long. */
export function shownText(text: string): string {
  return text.length > LONGEST_TEXT_SHOWN ? `${text.slice(0, LONGEST_TEXT_SHOWN)}…` : text;
}
