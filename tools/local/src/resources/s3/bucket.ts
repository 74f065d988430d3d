import { readFile } from 'node:fs/promises';

import type { ObjectStore } from '../../services/s3/object-store.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type {
  CreatedResource,
  ResourceProvider,
  ResourceProviders,
  ResourceRequest,
} from '../provider.ts';

export interface S3ProviderOptions {
  readonly region: string;
  readonly objects: ObjectStore;
}

export function s3Providers(options: S3ProviderOptions): ResourceProviders {
  const bucket: ResourceProvider = (resource) => createBucket(resource, options);
  const object: ResourceProvider = (resource) => createObject(resource, options.objects);
  return {
    'aws:s3/bucket:Bucket': bucket,
    'aws:s3/bucketV2:BucketV2': bucket,
    'aws:s3/bucketObject:BucketObject': object,
    'aws:s3/bucketObjectv2:BucketObjectv2': object,
    'aws:s3/bucketPolicy:BucketPolicy': (resource) => setBucketPolicy(resource, options.objects),
    'aws:s3/bucketOwnershipControls:BucketOwnershipControls': ignoredSetting,
    'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': ignoredSetting,
    'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ignoredSetting,
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration':
      ignoredSetting,
    'aws:s3/bucketVersioning:BucketVersioning': ignoredSetting,
  };
}

function createBucket(
  { name: logicalName, inputs }: ResourceRequest,
  { region, objects }: S3ProviderOptions,
): CreatedResource {
  inputs.unsupported('website', 'serve the bucket through a CloudFront distribution.');
  const bucket = inputs.optionalString('bucket') ?? logicalName;
  objects.createBucket(bucket);
  return {
    id: bucket,
    outputs: {
      bucket,
      arn: `arn:aws:s3:::${bucket}`,
      bucketDomainName: `${bucket}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
    },
  };
}

async function createObject(
  resource: ResourceRequest,
  objects: ObjectStore,
): Promise<CreatedResource> {
  const { inputs } = resource;
  const bucket = inputs.string('bucket');
  const key = inputs.string('key');
  if (!objects.has(bucket)) {
    throw new LocalStackError(
      'InvalidResource',
      `Object "${key}": the program has no bucket "${bucket}".`,
    );
  }
  const { etag } = objects.put(bucket, key, {
    body: await bodyOf(resource),
    contentType: inputs.optionalString('contentType'),
    cacheControl: inputs.optionalString('cacheControl'),
  });
  return { id: `${bucket}/${key}`, outputs: { key, etag: etag.replaceAll('"', '') } };
}

async function bodyOf({ name, inputs }: ResourceRequest): Promise<Buffer> {
  inputs.unsupported('contentBase64', 'use source.');
  const content = inputs.optionalString('content');
  if (content !== undefined) return Buffer.from(content);
  const source = inputs.raw['source'] as
    { path?: Promise<unknown>; text?: Promise<unknown> } | undefined;
  const text = await source?.text;
  if (typeof text === 'string') return Buffer.from(text);
  const path = await source?.path;
  if (typeof path === 'string') return readFile(path);
  throw new LocalStackError(
    'UnsupportedProperty',
    `Object "${name}": give it "content", or a pulumi.asset.FileAsset or StringAsset as "source".`,
  );
}

function setBucketPolicy({ inputs }: ResourceRequest, objects: ObjectStore): CreatedResource {
  const bucket = inputs.string('bucket');
  objects.setPolicy(bucket, inputs.string('policy'));
  return { id: bucket, outputs: {} };
}

/** Settings of a bucket that nothing on the local stack reads: objects are served through a distribution only. */
const ignoredSetting: ResourceProvider = ({ inputs }) => ({
  id: inputs.string('bucket'),
  outputs: {},
});
