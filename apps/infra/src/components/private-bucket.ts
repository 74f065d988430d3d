import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { tlsOnlyBucketPolicy } from './policy.ts';

export interface PrivateBucketArgs {
  /** Physical name of the stack's part. The name of the bucket is made unique from it, as all accounts share bucket names. */
  name: string;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Days after which S3 drops what was uploaded of an object that was never finished. */
const INCOMPLETE_UPLOAD_DAYS = 1;

/**
 * A bucket of derived data that only functions read and write. No rule expires its objects: whoever writes them knows which are
 * still in use. It is emptied when the stack is destroyed.
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, args: PrivateBucketArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('leaderboard:infra:PrivateBucket', name, {}, opts);
    const parent = { parent: this };
    this.bucket = new aws.s3.Bucket(args.name, { forceDestroy: true, tags: args.tags }, parent);
    const { bucket, arn } = this.bucket;
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      `${name}-private`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    new aws.s3.BucketPolicy(
      `${name}-bucket-policy`,
      { bucket, policy: tlsOnlyBucketPolicy(arn) },
      { parent: this, dependsOn: [publicAccess] },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket,
        rules: [
          {
            id: 'incomplete-uploads',
            status: 'Enabled',
            filter: { prefix: '' },
            abortIncompleteMultipartUpload: { daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS },
          },
        ],
      },
      parent,
    );
    this.registerOutputs({ bucket });
  }

  /** The ARN of all objects, for permissions. */
  get objects(): pulumi.Output<string> {
    return pulumi.interpolate`${this.bucket.arn}/*`;
  }
}
