import { TYPES } from '../graph/resource-types.ts';

const SAMPLE_TYPES = {
  ...TYPES,
  method: 'aws:apigateway/method:Method',
  deployment: 'aws:apigateway/deployment:Deployment',
} as const;

export interface SampleStep {
  op: string;
  type: keyof typeof SAMPLE_TYPES;
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
      urn: `urn:pulumi:dev::leaderboard::${SAMPLE_TYPES[type]}::${name}`,
      replaceReasons,
      // A new resource has no former state.
      ...(op !== 'create' && { oldState: { type: SAMPLE_TYPES[type], inputs: { name }, protect } }),
    })),
    changeSummary: {},
  });
}
