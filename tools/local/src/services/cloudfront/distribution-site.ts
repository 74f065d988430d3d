import type { IncomingMessage } from 'node:http';

import type { HttpAnswer } from '../../shared/loopback-server.ts';
import type { ObjectStore, StoredObject } from '../s3/object-store.ts';
import { mayUse } from './origin-access.ts';
import { withPolicyHeaders, type PolicyHeader } from './response-headers.ts';

/** What a distribution answers in place of an error of its origin. */
export interface ErrorPage {
  /** Status of the origin. */
  readonly status: number;
  /** Status of the answer. */
  readonly answerStatus: number;
  /** Path of the object to answer with. */
  readonly path: string | undefined;
}

export interface DistributionSiteOptions {
  readonly objects: ObjectStore;
  readonly bucket: string;
  readonly originPath: string;
  /** Without it the distribution reads the bucket as anyone would, which a private bucket refuses. */
  readonly usesOriginAccessControl: boolean;
  readonly distributionArn: string;
  readonly defaultRootObject: string | undefined;
  readonly allowedMethods: readonly string[];
  readonly errorPages: readonly ErrorPage[];
  readonly headers: readonly PolicyHeader[];
}

/** A bucket behind a distribution, without its cache: every request sees the objects as they are. */
export class DistributionSite {
  readonly #options: DistributionSiteOptions;

  constructor(options: DistributionSiteOptions) {
    this.#options = options;
  }

  answer(incoming: IncomingMessage): HttpAnswer {
    const { allowedMethods, defaultRootObject, headers } = this.#options;
    const [path = '/'] = (incoming.url ?? '/').split('?');
    const answer = allowedMethods.includes(incoming.method ?? '')
      ? this.#fromOrigin(
          path === '/' ? `/${defaultRootObject ?? ''}` : path,
          incoming.headers['if-none-match'],
        )
      : errorAnswer(403, 'This distribution does not allow the method.');
    return { ...answer, headers: withPolicyHeaders(answer.headers, headers) };
  }

  #fromOrigin(path: string, ifNoneMatch: string | undefined): Answer {
    const found = this.#read(path);
    if (typeof found !== 'number') {
      return found.etag === ifNoneMatch
        ? { status: 304, headers: objectHeaders(found), body: '' }
        : { status: 200, headers: objectHeaders(found), body: found.body };
    }
    const page = this.#options.errorPages.find(({ status }) => status === found);
    const object = page?.path === undefined ? undefined : this.#read(page.path);
    if (page === undefined || object === undefined || typeof object === 'number') {
      return errorAnswer(page?.answerStatus ?? found, found === 404 ? 'NoSuchKey' : 'AccessDenied');
    }
    return { status: page.answerStatus, headers: objectHeaders(object), body: object.body };
  }

  /** The object, or the status by which S3 refuses it. */
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
    // Who may not list a bucket is not told which objects it lacks.
    const isAbsent = mayUse(policy, 's3:ListBucket', bucketArn, distributionArn) ? 404 : 403;
    return objects.get(bucket, key) ?? isAbsent;
  }
}

type Answer = HttpAnswer & { readonly headers: Readonly<Record<string, string>> };

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

function errorAnswer(status: number, code: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
  };
}
