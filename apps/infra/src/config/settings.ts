import { INTAKE_SETTINGS } from './intake-settings.ts';
import { OPERATIONS_SETTINGS } from './operations-settings.ts';
import { PROCESSING_SETTINGS } from './processing-settings.ts';
import { READING_SETTINGS } from './reading-settings.ts';
import type { Setting } from './setting.ts';
import { STANDINGS_SETTINGS } from './standings-settings.ts';

/** The settings by the titles under which the documentation lists them. */
export const SETTING_GROUPS: Readonly<Record<string, Readonly<Record<string, Setting<unknown>>>>> =
  {
    'Queue and processor': PROCESSING_SETTINGS,
    Standings: STANDINGS_SETTINGS,
    'Read API and dashboard': READING_SETTINGS,
    'Intake over HTTP': INTAKE_SETTINGS,
    'Logs, alarms, tables': OPERATIONS_SETTINGS,
  };

/**
 * Every setting of a stack under `leaderboard:`, apart from `environmentSuffix`. A default is what the system is sized for; a
 * range is the service's own limit, or narrower where an invariant of the system needs it.
 */
export const SETTINGS = {
  ...PROCESSING_SETTINGS,
  ...STANDINGS_SETTINGS,
  ...READING_SETTINGS,
  ...INTAKE_SETTINGS,
  ...OPERATIONS_SETTINGS,
};

/** The value of every setting; units are in the names. */
export type SettingValues = {
  [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer Value>
    ? Value
    : never;
};
