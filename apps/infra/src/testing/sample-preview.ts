import { TYPES } from '../graph/resource-types.ts';

export interface SampleStep {
  op: string;
  type: keyof typeof TYPES;
  /** Physical name. */
  name: string;
  replaceReasons?: readonly string[];
  protect?: boolean;
}

/** What `pulumi preview --json` prints for these steps. */
export function previewOf(...steps: readonly SampleStep[]): string {
  return JSON.stringify({
    config: { 'aws:region': 'us-west-1' },
    steps: steps.map(({ op, type, name, replaceReasons, protect }) => ({
      op,
      urn: `urn:pulumi:dev::leaderboard::${TYPES[type]}::${name}`,
      replaceReasons,
      // A new resource has no former state.
      ...(op !== 'create' && { oldState: { type: TYPES[type], inputs: { name }, protect } }),
    })),
    changeSummary: {},
  });
}
