import type { Score } from './generated/api-types.ts';

const INTEGER = new Intl.NumberFormat('en');
/** The contract allows a score fewer than 20 decimals. */
const SCORE = new Intl.NumberFormat('en', { maximumFractionDigits: 20 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DATE_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function formatCount(count: number): string {
  return INTEGER.format(count);
}

/** 1 → 1 player; 1200 → 1,200 players */
export function formatPlayers(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'player' : 'players'}`;
}

/** All digits of a score, grouped: `Intl` formats a decimal string without rounding. */
export function formatScore(score: Score): string {
  return SCORE.format(score as Intl.StringNumericLiteral);
}

/** For the axis of a plot. */
export function formatCompact(value: number): string {
  return COMPACT.format(value);
}

/** 97.25 → 97.3 % */
export function formatPercentile(percentile: number): string {
  return `${percentile.toFixed(1).replace(/\.0$/, '')} %`;
}

/** Local time of an instant. */
export function formatTime(instant: string): string {
  return TIME.format(new Date(instant));
}

export function formatDateTime(instant: string | number): string {
  return DATE_TIME.format(new Date(instant));
}

/** A duration in its largest unit, rounded down. */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${String(Math.max(0, Math.round(ms)))} ms`;
  if (ms < MINUTE) return `${String(Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${String(Math.floor(ms / MINUTE))} min`;
  if (ms < 2 * DAY) return `${String(Math.floor(ms / HOUR))} h`;
  return `${String(Math.floor(ms / DAY))} days`;
}

/** How long ago something was. An instant slightly in the future, by another clock, is now. */
export function formatAge(ms: number): string {
  return ms < 2 * SECOND ? 'just now' : `${formatDuration(ms)} ago`;
}
