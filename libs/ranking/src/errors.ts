/** What went wrong, for programs: the message says it for people. */
export type RankingErrorCode =
  | 'InvalidDecimal'
  | 'DecimalOutOfRange'
  | 'InvalidInstant'
  | 'InvalidRank'
  | 'PlayerMismatch'
  | 'InvalidBoardDefinitions';

/**
 * A value that cannot be ranked. Never thrown for an update that the contract allows on boards that
 * `parseBoardDefinitions` returned, so it means a defect or a corrupt item, not a bad message.
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

/** One thing that is wrong in a file of board definitions. */
export interface DefinitionIssue {
  /** JSON pointer to the value at fault, `''` for the whole file. */
  path: string;
  /** What is wrong with it, with its value, and what is allowed. */
  message: string;
}

/** Every thing that is wrong in a file of board definitions, in one error. */
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
