// Nx plugin: no task starts without an option that was typed for it. With `--` in a command, Nx passes on only what follows it and
// drops the options before it: `nx run infra:destroy --stack prod -- --yes` would destroy the default stack.

export const name = 'options';

/** Commands that select tasks by options of Nx itself; what stands before `--` is for Nx. */
const COMMANDS_WITH_OWN_OPTIONS = ['run-many', 'affected', 'release', 'exec'];

/**
 * What is wrong with a command line of Nx, or undefined.
 *
 * @param {readonly string[]} args what follows `nx`
 * @returns {string | undefined}
 */
export function droppedOptionsProblem(args) {
  const separator = args.indexOf('--');
  const before = args.slice(0, separator);
  const command = before.findIndex((arg) => !arg.startsWith('-'));
  if (separator === -1 || COMMANDS_WITH_OWN_OPTIONS.includes(before[command])) return undefined;
  // Options of Nx itself may stand before the command: `nx --verbose run infra:up -- --stack prod`.
  const firstOption = before.findIndex((arg, index) => index > command && arg.startsWith('-'));
  if (firstOption === -1) return undefined;
  return (
    `Nothing was run: Nx drops the options before --, here ${quoted(before.slice(firstOption))}. ` +
    `Leave -- out: npx nx ${quoted([...before, ...args.slice(separator + 1)])}`
  );
}

/** As a shell reads them. */
function quoted(args) {
  return args
    .map((arg) =>
      /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join(' ');
}

export function preTasksExecution(_options, { argv }) {
  const problem = droppedOptionsProblem(argv.slice(2));
  if (problem !== undefined) throw new Error(problem);
}
