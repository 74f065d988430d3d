/** A deliberate fault in the code, which random histories must find. */
export interface Break {
  readonly name: string;
  /** What the broken code does. */
  readonly what: string;
  /** Relative to the root of the repository. */
  readonly file: string;
  /** A text that appears once in the file. */
  readonly find: string;
  readonly replacement: string;
}
