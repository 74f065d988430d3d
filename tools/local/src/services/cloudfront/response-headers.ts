import type { ResourceInputs } from '../../resources/resource-inputs.ts';

/** One header that a response headers policy sets. */
export interface PolicyHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** Whether it replaces the origin's own. */
  readonly override: boolean;
}

/** The headers of a response headers policy ("Understand response headers policies" in the CloudFront developer guide). */
export function policyHeaders(inputs: ResourceInputs): PolicyHeader[] {
  inputs.refuse('corsConfig', 'the API has its CORS settings in its function URL.');
  const security = inputs.child('securityHeadersConfig');
  const header = (key: string, name: string, valueOf: (settings: ResourceInputs) => string) => {
    const settings = security?.child(key);
    return settings === undefined
      ? []
      : [{ name, value: valueOf(settings), override: settings.flag('override', false) }];
  };
  const custom = (inputs.child('customHeadersConfig')?.children('items') ?? []).map((item) => ({
    name: item.text('header').toLowerCase(),
    value: item.text('value'),
    override: item.flag('override', false),
  }));
  return [
    ...header('contentSecurityPolicy', 'content-security-policy', (settings) =>
      settings.text('contentSecurityPolicy'),
    ),
    ...header('contentTypeOptions', 'x-content-type-options', () => 'nosniff'),
    ...header('frameOptions', 'x-frame-options', (settings) => settings.text('frameOption')),
    ...header('referrerPolicy', 'referrer-policy', (settings) => settings.text('referrerPolicy')),
    ...header('strictTransportSecurity', 'strict-transport-security', strictTransportSecurity),
    ...custom,
  ];
}

function strictTransportSecurity(settings: ResourceInputs): string {
  return [
    `max-age=${String(settings.optionalNumber('accessControlMaxAgeSec') ?? 0)}`,
    ...(settings.flag('includeSubdomains', false) ? ['includeSubDomains'] : []),
    ...(settings.flag('preload', false) ? ['preload'] : []),
  ].join('; ');
}

/** Adds the headers of a policy to those of the origin. */
export function withPolicyHeaders(
  headers: Readonly<Record<string, string>>,
  policy: readonly PolicyHeader[],
): Record<string, string> {
  const result = { ...headers };
  for (const { name, value, override } of policy) {
    if (override || result[name] === undefined) result[name] = value;
  }
  return result;
}
