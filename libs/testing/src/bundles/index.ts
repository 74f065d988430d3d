export { Bundle, type Environment, type Invocation } from './bundle.ts';
export { checkBundle, type BundleCheck } from './check-bundle.ts';
