/** Entries that the page shows at most. */
export const PAGE_SIZE = 100;

/** Places at which the pages before and after one begin; undefined where there is none. */
export interface RankPages {
  first: number | undefined;
  previous: number | undefined;
  next: number | undefined;
  last: number | undefined;
}

/**
 * Where one can go from a page.
 *
 * @param from place of the first entry; 1 is the first
 * @param total players on the board
 */
export function pagesFrom(from: number, total: number): RankPages {
  const last = lastPage(total);
  const next = from + PAGE_SIZE;
  return {
    first: from > 1 ? 1 : undefined,
    previous: from > 1 ? Math.max(1, Math.min(from, total + 1) - PAGE_SIZE) : undefined,
    next: next <= total ? next : undefined,
    last: from < last ? last : undefined,
  };
}

/** The place at which the last full step of pages from the first place begins. */
export function lastPage(total: number): number {
  return Math.max(1, Math.floor((total - 1) / PAGE_SIZE) * PAGE_SIZE + 1);
}

/** A rank as it is typed or stands in a link; undefined when it is no place of any board. */
export function parseRank(text: string): number | undefined {
  const digits = text.trim().replace(/^#/, '').replaceAll(/[,\s]/g, '');
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}
