import { readFileSync } from 'node:fs';

import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type CustomDomain, servedUnder } from './custom-domain.ts';
import { objectMetadata } from './object-metadata.ts';
import { PAGE_SECURITY_POLICY, withApiAsOnlyConnection } from './page-policy.ts';
import { distributionOnlyBucketPolicy } from './policy.ts';

export interface StaticSiteArgs {
  /** Physical name. The name of the bucket is made unique from it, as all accounts share bucket names. */
  name: string;
  description: string;
  priceClass: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';
  /** Undefined: CloudFront's own name only. */
  domain: CustomDomain | undefined;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** One file of a built page. */
export interface SiteFile {
  /** Path below the page's address, with `/`. */
  key: string;
  /** Absolute path. */
  path: string;
}

export interface SiteContent {
  files: SiteFile[];
  /** The API that the page reads; `config.json` names it. */
  apiUrl: pulumi.Input<string>;
}

/** CloudFront's cache policy "CachingOptimized": as long as Cache-Control says, but at least one second. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
/** Two years, the minimum for the preload lists of browsers. */
const STRICT_TRANSPORT_SECONDS = 63_072_000;
const ERROR_CACHING_SECONDS = 10;
const INDEX = 'index.html';

/**
 * A page in a private bucket that only its CloudFront distribution can read. {@link StaticSite.publish} uploads the files, after
 * the resources that need the URL of the page.
 */
export class StaticSite extends pulumi.ComponentResource {
  /** Origin of the page, for example `https://d111111abcdef8.cloudfront.net`. */
  readonly url: pulumi.Output<string>;
  readonly distribution: aws.cloudfront.Distribution;
  readonly #name: string;
  readonly #bucket: aws.s3.Bucket;
  readonly #tags: StaticSiteArgs['tags'];

  constructor(name: string, args: StaticSiteArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('leaderboard:infra:StaticSite', name, {}, opts);
    this.#name = name;
    this.#tags = args.tags;
    const parent = { parent: this };

    // The next deployment uploads everything again.
    this.#bucket = new aws.s3.Bucket(args.name, { forceDestroy: true, tags: args.tags }, parent);
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      `${name}-private`,
      {
        bucket: this.#bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    this.distribution = this.#createDistribution(args);
    new aws.s3.BucketPolicy(
      `${name}-bucket-policy`,
      {
        bucket: this.#bucket.bucket,
        policy: distributionOnlyBucketPolicy(this.#bucket.arn, this.distribution.arn),
      },
      { parent: this, dependsOn: [publicAccess] },
    );
    this.url = pulumi.interpolate`https://${this.distribution.domainName}`;

    this.registerOutputs({ url: this.url });
  }

  /** Uploads the page, index.html last: the files that it names must exist when the first browser requests them. */
  publish({ files, apiUrl }: SiteContent): void {
    const assets = files.filter(({ key }) => key !== INDEX).map((file) => this.#upload(file));
    const config = new aws.s3.BucketObjectv2(
      `${this.#name}/config.json`,
      {
        bucket: this.#bucket.bucket,
        key: 'config.json',
        content: pulumi.jsonStringify({ api_url: apiUrl }),
        ...objectMetadata('config.json'),
        tags: this.#tags,
      },
      { parent: this },
    );
    for (const { path } of files.filter(({ key }) => key === INDEX)) {
      const html = readFileSync(path, 'utf8');
      new aws.s3.BucketObjectv2(
        `${this.#name}/${INDEX}`,
        {
          bucket: this.#bucket.bucket,
          key: INDEX,
          content: pulumi.output(apiUrl).apply((url) => withApiAsOnlyConnection(html, url)),
          ...objectMetadata(INDEX),
          tags: this.#tags,
        },
        { parent: this, dependsOn: [...assets, config] },
      );
    }
  }

  #upload({ key, path }: SiteFile): aws.s3.BucketObjectv2 {
    return new aws.s3.BucketObjectv2(
      `${this.#name}/${key}`,
      {
        bucket: this.#bucket.bucket,
        key,
        source: new pulumi.asset.FileAsset(path),
        ...objectMetadata(key),
        tags: this.#tags,
      },
      { parent: this },
    );
  }

  #createDistribution(args: StaticSiteArgs): aws.cloudfront.Distribution {
    const parent = { parent: this };
    const access = new aws.cloudfront.OriginAccessControl(
      `${this.#name}-access`,
      {
        name: args.name,
        description: `How the distribution of ${args.name} signs its requests to the bucket`,
        originAccessControlOriginType: 's3',
        signingBehavior: 'always',
        signingProtocol: 'sigv4',
      },
      parent,
    );
    const headers = new aws.cloudfront.ResponseHeadersPolicy(
      `${this.#name}-headers`,
      {
        name: args.name,
        securityHeadersConfig: {
          contentSecurityPolicy: { contentSecurityPolicy: PAGE_SECURITY_POLICY, override: true },
          contentTypeOptions: { override: true },
          frameOptions: { frameOption: 'DENY', override: true },
          referrerPolicy: { referrerPolicy: 'no-referrer', override: true },
          strictTransportSecurity: {
            accessControlMaxAgeSec: STRICT_TRANSPORT_SECONDS,
            includeSubdomains: true,
            override: true,
          },
        },
      },
      parent,
    );
    const origin = 'bucket';
    return new aws.cloudfront.Distribution(
      `${this.#name}-distribution`,
      {
        enabled: true,
        comment: args.description,
        httpVersion: 'http2and3',
        isIpv6Enabled: true,
        priceClass: args.priceClass,
        defaultRootObject: INDEX,
        origins: [
          {
            originId: origin,
            domainName: this.#bucket.bucketRegionalDomainName,
            originAccessControlId: access.id,
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: origin,
          allowedMethods: ['GET', 'HEAD'],
          cachedMethods: ['GET', 'HEAD'],
          cachePolicyId: CACHING_OPTIMIZED,
          compress: true,
          responseHeadersPolicyId: headers.id,
          viewerProtocolPolicy: 'redirect-to-https',
        },
        // S3 returns 403 for a missing object to a caller that cannot list the bucket.
        customErrorResponses: [
          {
            errorCode: 403,
            responseCode: 404,
            responsePagePath: `/${INDEX}`,
            errorCachingMinTtl: ERROR_CACHING_SECONDS,
          },
        ],
        restrictions: { geoRestriction: { restrictionType: 'none' } },
        ...servedUnder(args.domain),
        tags: args.tags,
      },
      parent,
    );
  }
}
