import type { IncomingMessage } from 'node:http';

import type { HttpResponse } from '../../shared/loopback-server.ts';
import type { ObjectStore, StoredObject } from '../s3/object-store.ts';
import { mayUse } from './origin-access.ts';

/** A custom error response: what a distribution returns in place of an error of its origin. */
export interface ErrorPage {
  readonly originStatus: number;
  readonly responseStatus: number;
  /** Path of the object that is the body of the response. */
  readonly path: string | undefined;
}

/** One header that a response headers policy sets. */
export interface PolicyHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** Whether it replaces the header of the origin. */
  readonly override: boolean;
}

export interface DistributionSiteOptions {
  readonly objects: ObjectStore;
  readonly bucket: string;
  readonly originPath: string;
  /** Without it the distribution reads the bucket as anyone may, which a private bucket denies. */
  readonly usesOriginAccessControl: boolean;
  readonly distributionArn: string;
  readonly defaultRootObject: string | undefined;
  readonly allowedMethods: readonly string[];
  readonly errorPages: readonly ErrorPage[];
  readonly headers: readonly PolicyHeader[];
}

/** A bucket behind a distribution. There is no cache: every request sees the current objects. */
export class DistributionSite {
  readonly #options: DistributionSiteOptions;

  constructor(options: DistributionSiteOptions) {
    this.#options = options;
  }

  respond(incoming: IncomingMessage): HttpResponse {
    const { allowedMethods, defaultRootObject, headers } = this.#options;
    const [path = '/'] = (incoming.url ?? '/').split('?');
    const response = allowedMethods.includes(incoming.method ?? '')
      ? this.#fromOrigin(
          path === '/' ? `/${defaultRootObject ?? ''}` : path,
          incoming.headers['if-none-match'],
        )
      : errorResponse(403, 'This distribution does not allow the method.');
    return { ...response, headers: withPolicyHeaders(response.headers, headers) };
  }

  #fromOrigin(path: string, ifNoneMatch: string | undefined): SiteResponse {
    const found = this.#read(path);
    if (typeof found !== 'number') {
      return found.etag === ifNoneMatch
        ? { status: 304, headers: objectHeaders(found), body: '' }
        : { status: 200, headers: objectHeaders(found), body: found.body };
    }
    const page = this.#options.errorPages.find(({ originStatus }) => originStatus === found);
    const object = page?.path === undefined ? undefined : this.#read(page.path);
    if (page === undefined || object === undefined || typeof object === 'number') {
      return errorResponse(
        page?.responseStatus ?? found,
        found === 404 ? 'NoSuchKey' : 'AccessDenied',
      );
    }
    return { status: page.responseStatus, headers: objectHeaders(object), body: object.body };
  }

  /** The object, or the status with which S3 denies it. */
  #read(path: string): StoredObject | 403 | 404 {
    const { objects, bucket, originPath, usesOriginAccessControl, distributionArn } = this.#options;
    const key = decodedKey(originPath + path);
    const policy = usesOriginAccessControl ? objects.policy(bucket) : undefined;
    const bucketArn = `arn:aws:s3:::${bucket}`;
    if (
      key === undefined ||
      !mayUse(policy, 's3:GetObject', `${bucketArn}/${key}`, distributionArn)
    ) {
      return 403;
    }
    // Only who may list a bucket learns that an object does not exist.
    const isAbsent = mayUse(policy, 's3:ListBucket', bucketArn, distributionArn) ? 404 : 403;
    return objects.get(bucket, key) ?? isAbsent;
  }
}

type SiteResponse = HttpResponse & { readonly headers: Readonly<Record<string, string>> };

function objectHeaders({ contentType, cacheControl, etag }: StoredObject): Record<string, string> {
  return {
    'content-type': contentType,
    etag,
    ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
  };
}

function decodedKey(path: string): string | undefined {
  try {
    return decodeURIComponent(path).replace(/^\//, '');
  } catch {
    return undefined;
  }
}

function errorResponse(status: number, code: string): SiteResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
  };
}

/** Adds the headers of a policy to those of the origin. */
function withPolicyHeaders(
  headers: Readonly<Record<string, string>>,
  policy: readonly PolicyHeader[],
): Record<string, string> {
  const result = { ...headers };
  for (const { name, value, override } of policy) {
    if (override || result[name] === undefined) result[name] = value;
  }
  return result;
}
