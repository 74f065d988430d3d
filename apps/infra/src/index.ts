import { loadStackConfig } from './config/stack-config.ts';
import { deploy } from './program.ts';

/** The Pulumi entry: importing it declares the system. Pulumi takes the default export as the outputs of the stack. */
export default deploy(loadStackConfig());
