/** What went wrong, for programs; the message is for people. */
export type RankingErrorCode =
  | 'InvalidDecimal'
  | 'DecimalOutOfRange'
  | 'InvalidInstant'
  | 'InvalidRank'
  | 'PlayerMismatch'
  | 'InvalidBoardDefinitions';

/**
 * A value that cannot be ranked. It is never thrown for a valid update on boards from `parseBoardDefinitions`, so it means a
 * defect or a corrupt item.
 *
 * @example
 * try { parseDecimal('1e3') } catch (error) { if (error instanceof RankingError) error.code } // 'InvalidDecimal'
 */
export class RankingError extends Error {
  readonly code: RankingErrorCode;

  constructor(code: RankingErrorCode, message: string) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

/** One error in a board definitions file. */
export interface DefinitionIssue {
  /** JSON pointer to the invalid value, `''` for the whole file. */
  path: string;
  /** The value, what is wrong with it, and what to use. */
  message: string;
}

/** All errors in a board definitions file. */
export class BoardDefinitionsError extends RankingError {
  readonly issues: readonly DefinitionIssue[];

  constructor(issues: readonly DefinitionIssue[]) {
    const lines = issues.map(
      ({ path, message }) => `- ${path === '' ? 'the file' : path} ${message}`,
    );
    super('InvalidBoardDefinitions', `The board definitions are not valid:\n${lines.join('\n')}`);
    this.issues = issues;
  }
}
