export { ConfigurationError } from './configuration-error.ts';
export { EnvironmentReader, type Environment, type TelemetryNames } from './environment-reader.ts';
