import { jsonPointer } from '@leaderboard/contracts';

/** A JSON value without nulls: in changes null stands for a removed value. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** New values by their JSON pointers, for example `/inputs/policy/Statement/4`; null where a value is removed. */
export type JsonChanges = Record<string, Json | null>;

/** The changes that turn `before` into `after`. A list that loses entries is replaced as a whole. */
export function changesBetween(before: Json, after: Json): JsonChanges {
  return Object.fromEntries(differences([], before, after));
}

function differences(path: string[], before: Json, after: Json): [string, Json | null][] {
  if (before === after) return [];
  const [old, now] = [childrenOf(before), childrenOf(after)];
  if (old === undefined || now === undefined || isShorterList(before, after)) {
    return [[jsonPointer(path), after]];
  }
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): [string, Json | null][] => {
    const [was, is] = [old.get(key), now.get(key)];
    const child = [...path, key];
    if (is === undefined) return [[jsonPointer(child), null]];
    return was === undefined ? [[jsonPointer(child), is]] : differences(child, was, is);
  });
}

function childrenOf(value: Json): Map<string, Json> | undefined {
  return typeof value === 'object' ? new Map(Object.entries(value)) : undefined;
}

/** Also true for a list in place of an object, or the other way round. */
function isShorterList(before: Json, after: Json): boolean {
  if (Array.isArray(before) !== Array.isArray(after)) return true;
  return Array.isArray(before) && Array.isArray(after) && after.length < before.length;
}
