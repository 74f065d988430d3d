import { EXPOSED_HEADERS } from '@leaderboard/contracts/read-headers';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type CustomDomain, servedUnder } from './custom-domain.ts';

export interface CachedUrlArgs {
  /** Physical name. */
  name: string;
  description: string;
  /** URL of the function. */
  originUrl: pulumi.Input<string>;
  /** Origins whose pages may read the responses. */
  allowedOrigins: pulumi.Input<string>[];
  /** How long a browser caches a preflight response, in seconds. */
  corsMaxAgeSeconds: number;
  priceClass: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';
  /** Undefined: CloudFront's own name only. */
  domain: CustomDomain | undefined;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** CloudFront's origin request policy "CORS-CustomOrigin": a preflight request reaches the function with its headers. */
const CORS_CUSTOM_ORIGIN = '59781a5b-3903-41f3-afcb-af62929ccde1';
/** No response is cached for longer, whatever its Cache-Control says. */
const MAX_CACHING_SECONDS = 3600;
const READ_METHODS = ['GET', 'HEAD'];
/** CloudFront caches these for 10 s, unless told otherwise; a retry must reach the function. */
const SERVER_ERRORS = [500, 502, 503, 504];

/**
 * A second URL for a public function that only reads, behind CloudFront: a response is shared for as long as its Cache-Control says,
 * and not at all without one. Readers of the same query cost what one costs. CloudFront compares If-None-Match itself.
 */
export class CachedUrl extends pulumi.ComponentResource {
  /** For example `https://d111111abcdef8.cloudfront.net/`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: CachedUrlArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('leaderboard:infra:CachedUrl', name, {}, opts);
    const parent = { parent: this };
    const caching = new aws.cloudfront.CachePolicy(
      `${name}-caching`,
      {
        name: args.name,
        comment: 'As long as Cache-Control says, by path and query',
        minTtl: 0,
        defaultTtl: 0,
        maxTtl: MAX_CACHING_SECONDS,
        parametersInCacheKeyAndForwardedToOrigin: {
          queryStringsConfig: { queryStringBehavior: 'all' },
          headersConfig: { headerBehavior: 'none' },
          cookiesConfig: { cookieBehavior: 'none' },
          enableAcceptEncodingGzip: true,
          enableAcceptEncodingBrotli: true,
        },
      },
      parent,
    );
    // The function's own headers name the origin of whoever asked first.
    const headers = new aws.cloudfront.ResponseHeadersPolicy(
      `${name}-headers`,
      {
        name: args.name,
        corsConfig: {
          accessControlAllowCredentials: false,
          accessControlAllowOrigins: { items: args.allowedOrigins },
          accessControlAllowMethods: { items: READ_METHODS },
          accessControlAllowHeaders: { items: ['if-none-match'] },
          accessControlExposeHeaders: { items: EXPOSED_HEADERS },
          accessControlMaxAgeSec: args.corsMaxAgeSeconds,
          originOverride: true,
        },
      },
      parent,
    );
    const originId = 'function';
    const distribution = new aws.cloudfront.Distribution(
      `${name}-distribution`,
      {
        enabled: true,
        comment: args.description,
        httpVersion: 'http2and3',
        isIpv6Enabled: true,
        priceClass: args.priceClass,
        origins: [
          {
            originId,
            domainName: pulumi.output(args.originUrl).apply((url) => new URL(url).host),
            customOriginConfig: {
              httpPort: 80,
              httpsPort: 443,
              originProtocolPolicy: 'https-only',
              originSslProtocols: ['TLSv1.2'],
            },
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: originId,
          allowedMethods: [...READ_METHODS, 'OPTIONS'],
          cachedMethods: READ_METHODS,
          cachePolicyId: caching.id,
          originRequestPolicyId: CORS_CUSTOM_ORIGIN,
          responseHeadersPolicyId: headers.id,
          compress: true,
          viewerProtocolPolicy: 'redirect-to-https',
        },
        customErrorResponses: SERVER_ERRORS.map((errorCode) => ({
          errorCode,
          errorCachingMinTtl: 0,
        })),
        restrictions: { geoRestriction: { restrictionType: 'none' } },
        ...servedUnder(args.domain),
        tags: args.tags,
      },
      parent,
    );
    this.url = pulumi.interpolate`https://${distribution.domainName}/`;
    this.registerOutputs({ url: this.url });
  }
}
