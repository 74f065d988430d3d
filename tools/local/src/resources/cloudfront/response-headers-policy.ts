import type { PolicyHeader } from '../../services/cloudfront/distribution-site.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

/** The headers of a response headers policy ("Understand response headers policies" in the CloudFront developer guide). */
export function policyHeaders(inputs: ResourceInputs): PolicyHeader[] {
  inputs.unsupported('corsConfig', 'the API has its CORS settings in its function URL.');
  const security = inputs.child('securityHeadersConfig');
  const header = (key: string, name: string, valueOf: (settings: ResourceInputs) => string) => {
    const settings = security?.child(key);
    return settings === undefined
      ? []
      : [{ name, value: valueOf(settings), override: settings.boolean('override', false) }];
  };
  const custom = (inputs.child('customHeadersConfig')?.children('items') ?? []).map((item) => ({
    name: item.string('header').toLowerCase(),
    value: item.string('value'),
    override: item.boolean('override', false),
  }));
  return [
    ...header('contentSecurityPolicy', 'content-security-policy', (settings) =>
      settings.string('contentSecurityPolicy'),
    ),
    ...header('contentTypeOptions', 'x-content-type-options', () => 'nosniff'),
    ...header('frameOptions', 'x-frame-options', (settings) => settings.string('frameOption')),
    ...header('referrerPolicy', 'referrer-policy', (settings) => settings.string('referrerPolicy')),
    ...header('strictTransportSecurity', 'strict-transport-security', strictTransportSecurity),
    ...custom,
  ];
}

function strictTransportSecurity(settings: ResourceInputs): string {
  return [
    `max-age=${String(settings.optionalNumber('accessControlMaxAgeSec') ?? 0)}`,
    ...(settings.boolean('includeSubdomains', false) ? ['includeSubDomains'] : []),
    ...(settings.boolean('preload', false) ? ['preload'] : []),
  ].join('; ');
}
