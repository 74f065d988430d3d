import { readFile } from 'node:fs/promises';

import { LocalStackError } from '../../shared/errors.ts';
import type { ResourceInputs, ResourceRequest } from '../resource-inputs.ts';
import type { ResourceProvider } from '../stack-context.ts';

const createBucket: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  inputs.refuse('website', 'serve the bucket through a CloudFront distribution.');
  const bucket = inputs.optionalText('bucket') ?? logicalName;
  stack.objects.createBucket(bucket);
  return {
    id: bucket,
    outputs: {
      bucket,
      arn: `arn:aws:s3:::${bucket}`,
      bucketDomainName: `${bucket}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${bucket}.s3.${stack.region}.amazonaws.com`,
    },
  };
};

const createObject: ResourceProvider = async (resource, stack) => {
  const { inputs } = resource;
  const bucket = inputs.text('bucket');
  const key = inputs.text('key');
  if (!stack.objects.has(bucket)) {
    throw new LocalStackError(
      'InvalidResource',
      `Object "${key}": there is no bucket "${bucket}" in the program.`,
    );
  }
  const { etag } = stack.objects.put(bucket, key, {
    body: await bodyOf(resource),
    contentType: inputs.optionalText('contentType'),
    cacheControl: inputs.optionalText('cacheControl'),
  });
  return { id: `${bucket}/${key}`, outputs: { key, etag: etag.replaceAll('"', '') } };
};

async function bodyOf({ name, inputs }: ResourceRequest): Promise<Buffer> {
  inputs.refuse('contentBase64', 'use source.');
  const content = inputs.optionalText('content');
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

const setBucketPolicy: ResourceProvider = ({ inputs }, stack) => {
  const bucket = inputs.text('bucket');
  stack.objects.setPolicy(bucket, inputs.text('policy'));
  return { id: bucket, outputs: {} };
};

/** Settings of a bucket that nothing on the local stack looks at: objects are reached through a distribution only. */
const bucketSetting: ResourceProvider = ({ inputs }: { inputs: ResourceInputs }) => ({
  id: inputs.text('bucket'),
  outputs: {},
});

export const s3Resources: Readonly<Record<string, ResourceProvider>> = {
  'aws:s3/bucket:Bucket': createBucket,
  'aws:s3/bucketV2:BucketV2': createBucket,
  'aws:s3/bucketObject:BucketObject': createObject,
  'aws:s3/bucketObjectv2:BucketObjectv2': createObject,
  'aws:s3/bucketPolicy:BucketPolicy': setBucketPolicy,
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': bucketSetting,
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': bucketSetting,
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration':
    bucketSetting,
  'aws:s3/bucketVersioning:BucketVersioning': bucketSetting,
};
