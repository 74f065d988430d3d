// The Pulumi CLI loads this file for --policy-pack. It is JavaScript, as the CLI would run its own TypeScript compiler on this
// file; Node strips the types of what it imports.
import { PolicyPack } from '@pulumi/policy';

import { POLICY_PACK } from '../src/policy/policy-pack.ts';

new PolicyPack('leaderboard', POLICY_PACK);
