// What the Pulumi CLI loads for --policy-pack: JavaScript, as the CLI puts its own TypeScript compiler before this file.
// Node itself strips the types of what is imported from here.
import { PolicyPack } from '@pulumi/policy';

import { POLICY_PACK } from '../src/policy/policy-pack.ts';

new PolicyPack('leaderboard', POLICY_PACK);
