/**
 * Players whose ids match the input in any case, best match first.
 *
 * @param known ids on the page, by rank
 */
export function similarPlayers(typed: string, known: readonly string[], limit: number): string[] {
  const wanted = typed.toLowerCase();
  if (wanted === '') return [];
  const starting = known.filter((id) => id.toLowerCase().startsWith(wanted));
  const containing = known.filter((id) => id.toLowerCase().includes(wanted));
  return [...new Set([...starting, ...containing])].slice(0, limit);
}
