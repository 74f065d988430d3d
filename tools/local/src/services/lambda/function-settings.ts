/** One function as its resource declares it, with Lambda's defaults filled in. */
export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly region: string;
  /** Absolute folder of the unpacked deployment package. */
  readonly taskRoot: string;
  /** `<file without extension>.<export>`, for example `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Undefined if the function uses the account's unreserved concurrency. */
  readonly reservedConcurrency: number | undefined;
  /** Whether Lambda traces every invocation. */
  readonly activeTracing: boolean;
  readonly logGroup: string;
  readonly logFormat: 'JSON' | 'Text';
  /** Of the lines of Lambda itself, where the format is JSON. */
  readonly systemLogLevel: string | undefined;
  /** Advanced logging controls: the minimum level of application logs; with log format JSON only. */
  readonly applicationLogLevel: string | undefined;
  /** The variables of the resource, and no others. */
  readonly variables: Readonly<Record<string, string>>;
}
